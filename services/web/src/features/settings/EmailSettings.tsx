import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { EmailField } from "../../components/ui/EmailField";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { toast } from "../../components/ui/toastStore";
import { useFormErrors } from "../../lib/useFormErrors";
import { useAddress, useChangeAccount } from "./queries";
import { Section } from "./Section";
import { SendAgain } from "./SendAgain";
import { useHasPassword } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

export function EmailSettings({ account }: SettingsProps) {
  return (
    <Section title="E-mail" note="To sign in with. Nobody else sees it.">
      <AddressNote />
      <ChangeForm account={account} />
    </Section>
  );
}

/** Whether the address is confirmed, and a new one that waits to be. */
function AddressNote() {
  const { data: address } = useAddress();
  if (address === undefined) return null;
  const { email, pending, required, verified_at, mail_on } = address;
  return (
    <div role="status" className="flex flex-col items-start gap-2 text-sm text-ink-2">
      {pending && (
        <p>
          {pending} becomes your address when you open the link in the mail that went there. Until then it is {email}.
        </p>
      )}
      {verified_at === null && mail_on && !pending && (
        <>
          <p>
            {email} is not confirmed.
            {required && " Until it is you can keep drafts, and not publish, vote, wish or report."}
          </p>
          <SendAgain label={required ? "Send the mail again" : "Confirm it by mail"} />
        </>
      )}
    </div>
  );
}

function ChangeForm({ account }: SettingsProps) {
  const [email, setEmail] = useState(account.email);
  const [password, setPassword] = useState("");
  const hasPassword = useHasPassword();
  const { mutate, error, isPending } = useChangeAccount();
  const { fields, rest, mustWait } = useFormErrors(error, { email_taken: "email", wrong_password: "current_password" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = (changed: { readonly email: string }) => {
      setPassword("");
      if (changed.email === account.email) toast("Open the link in the mail that went to your new address.");
      else toast("Your e-mail address is changed.");
    };
    mutate({ email, ...(hasPassword && { current_password: password }) }, { onSuccess });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <EmailField value={email} onChange={(event) => setEmail(event.target.value)} error={fields["email"]} />
      {hasPassword && (
        <PasswordField
          label="Current password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          error={fields["current_password"]}
        />
      )}
      <FormError>{rest}</FormError>
      <Button type="submit" className="self-start" disabled={isPending || mustWait || email === account.email}>
        Change e-mail
      </Button>
    </form>
  );
}
