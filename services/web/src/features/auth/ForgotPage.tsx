import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { EmailField } from "../../components/ui/EmailField";
import { FormError } from "../../components/ui/FormError";
import { useTitle } from "../../lib/title";
import { useFormErrors } from "../../lib/useFormErrors";
import { AuthFrame } from "./AuthFrame";
import { useForgotPassword } from "./queries";

/** Has a link mailed that sets a new password. Whether the address has an account does not show. */
export function ForgotPage() {
  useTitle("Forgotten password");
  const [email, setEmail] = useState("");
  const { mutate, error, isPending, isSuccess } = useForgotPassword();
  const { fields, rest, mustWait } = useFormErrors(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(email.trim());
  };
  return (
    <AuthFrame title="Forgotten password" forEverybody>
      {isSuccess ? (
        <p role="status" className="text-ink-2">
          If {email.trim()} belongs to an account, a mail is on its way. The link in it works once, for 30 minutes. Look
          among unwanted mails, too.
        </p>
      ) : (
        <form onSubmit={submit} className="flex flex-col gap-4">
          <EmailField
            hint="That of your account. A link to set a new password goes there."
            value={email}
            onChange={(event) => setEmail(event.target.value)}
            error={fields["email"]}
          />
          <FormError>{rest}</FormError>
          <Button variant="main" type="submit" disabled={isPending || mustWait}>
            Send the link
          </Button>
        </form>
      )}
      <p className="text-sm text-ink-2">
        <Link to="/sign-in" className="text-ink underline">
          Back to sign-in
        </Link>
      </p>
    </AuthFrame>
  );
}
