import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { forget } from "../../api/session";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { toast } from "../../components/ui/toastStore";
import { useFormErrors } from "../../lib/useFormErrors";
import { useDeleteAccount } from "./queries";
import { Section } from "./Section";
import { useHasPassword } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

export function DeleteSettings({ account }: SettingsProps) {
  const [typed, setTyped] = useState("");
  const [password, setPassword] = useState("");
  const hasPassword = useHasPassword();
  const { mutate, error, isPending } = useDeleteAccount();
  const { fields, rest, mustWait } = useFormErrors(error, { wrong_password: "password" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      forget();
      toast("Your account is deleted.");
    };
    mutate(hasPassword ? { password } : {}, { onSuccess });
  };
  return (
    <Section title="Delete account" note={<Consequences />}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label={`Type your handle, ${account.handle}, to confirm`}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          required
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
        {hasPassword && (
          <PasswordField
            label="Password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
            error={fields["password"]}
          />
        )}
        <FormError>{rest}</FormError>
        <Button
          variant="danger"
          type="submit"
          className="self-start"
          disabled={isPending || mustWait || typed.trim() !== account.handle || (hasPassword && password === "")}
        >
          Delete my account
        </Button>
      </form>
    </Section>
  );
}

function Consequences() {
  return (
    <>
      At once and for good: your shaders disappear, all sessions and keys end, and your name, address and bio are
      emptied. Forks by others stay. Drafts that are kept in this browser stay in it. You may want to{" "}
      <Link to="/settings/export" className="text-ink underline">
        download everything
      </Link>{" "}
      first.
    </>
  );
}
