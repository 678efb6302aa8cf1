import { type ChangeEvent, type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { EmailField } from "../../components/ui/EmailField";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { safeReturnTo } from "../../lib/returnTo";
import { useFormErrors } from "../../lib/useFormErrors";
import { HandleField } from "./HandleField";
import { useRegisterWithProvider } from "./providerQueries";

interface Props {
  readonly proposal: Schemas["ProviderProposal"];
}

const FIELD_OF = { handle_taken: "handle", email_taken: "email", address_missing: "email" };

/** The values, as the provider proposes them, and what comes of sending them. */
function useNewAccount({ proposal }: Props) {
  const { handle, display_name, email } = proposal;
  const [values, setValues] = useState({ handle, display_name, email });
  const { mutate, error, isPending } = useRegisterWithProvider();
  const navigate = useNavigate();
  const { fields, rest, mustWait } = useFormErrors(error, FIELD_OF);
  const bind = (name: keyof typeof values) => ({
    value: values[name],
    error: fields[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => setValues({ ...values, [name]: event.target.value }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = {
      handle: values.handle,
      display_name: values.display_name.trim() || null,
      email: proposal.email_verified ? null : values.email.trim(),
    };
    mutate(given, { onSuccess: (returnTo) => navigate(safeReturnTo(returnTo), { replace: true }) });
  };
  // An address that is not asked for has no field to stand at.
  const message = proposal.email_verified ? (fields["email"] ?? rest) : rest;
  return { bind, submit, message, isBusy: isPending || mustWait, isPending };
}

/** What a new account is made of. A verified address is not asked for. */
export function NewAccountForm({ proposal }: Props) {
  const { bind, submit, message, isBusy, isPending } = useNewAccount({ proposal });
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <HandleField {...bind("handle")} />
      <Field
        label="Display name"
        name="name"
        autoComplete="name"
        maxLength={80}
        hint="Optional. Shown with your shaders; you can change it."
        {...bind("display_name")}
      />
      {proposal.email_verified ? (
        <p className="text-sm text-ink-2">Your address is {proposal.email}. Nobody else sees it.</p>
      ) : (
        <EmailField hint="Nobody else sees it." {...bind("email")} />
      )}
      <FormError>{message}</FormError>
      <Button variant="main" type="submit" disabled={isBusy}>
        {isPending ? "Making your account…" : "Make my account"}
      </Button>
    </form>
  );
}
