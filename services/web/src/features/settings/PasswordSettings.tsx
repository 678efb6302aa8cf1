import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { NewPasswordField } from "../../components/ui/NewPasswordField";
import { PasswordField } from "../../components/ui/PasswordField";
import { toast } from "../../components/ui/toastStore";
import { useFormErrors } from "../../lib/useFormErrors";
import { useChangePassword } from "./queries";
import { Section } from "./Section";
import { useHasPassword } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

const FIELD_OF = { weak_password: "new_password", wrong_password: "current_password" };
const EMPTY = { current_password: "", new_password: "" };

export function PasswordSettings({ account }: SettingsProps) {
  const [values, setValues] = useState(EMPTY);
  const hasPassword = useHasPassword();
  const { mutate, error, isPending } = useChangePassword();
  const { fields, rest, mustWait } = useFormErrors(error, FIELD_OF);
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
        <NewPasswordField
          value={values.new_password}
          onChange={(event) => setValues({ ...values, new_password: event.target.value })}
          error={fields["new_password"]}
        />
        <FormError>{rest}</FormError>
        <Button variant="main" type="submit" className="self-start" disabled={isPending || mustWait}>
          Change password
        </Button>
      </form>
    </Section>
  );
}
