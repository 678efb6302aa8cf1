import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { useWait, waitMessage } from "../../lib/useWait";
import { useChangePassword } from "./queries";
import { Section } from "./Section";
import { useSecurity } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

const FIELD_OF = { weak_password: "new_password", wrong_password: "current_password" };
const EMPTY = { current_password: "", new_password: "" };

export function PasswordSettings({ account }: SettingsProps) {
  const [values, setValues] = useState(EMPTY);
  const hasPassword = useSecurity().data?.has_password ?? true;
  const { mutate, error, isPending } = useChangePassword();
  const { fields, rest } = formErrorsOf(error, FIELD_OF);
  const wait = useWait(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      setValues(EMPTY);
      toast("Your password is changed. All other sessions have ended.");
    };
    mutate(hasPassword ? values : { new_password: values.new_password }, { onSuccess });
  };
  return (
    <Section title="Password" note="A new password ends all other sessions. API keys go on working.">
      <form onSubmit={submit} className="flex flex-col gap-4">
        <input type="hidden" name="username" autoComplete="username" value={account.handle} readOnly />
        {hasPassword && (
          <PasswordField
            label="Current password"
            autoComplete="current-password"
            required
            value={values.current_password}
            onChange={(event) => setValues({ ...values, current_password: event.target.value })}
            error={fields["current_password"]}
          />
        )}
        <PasswordField
          label="New password"
          autoComplete="new-password"
          required
          minLength={8}
          maxLength={256}
          hint="8 to 256 characters. Not one that a stranger would try first."
          value={values.new_password}
          onChange={(event) => setValues({ ...values, new_password: event.target.value })}
          error={fields["new_password"]}
        />
        <FormError>{wait > 0 ? waitMessage(wait) : rest}</FormError>
        <Button variant="main" type="submit" className="self-start" disabled={isPending || wait > 0}>
          Change password
        </Button>
      </form>
    </Section>
  );
}
