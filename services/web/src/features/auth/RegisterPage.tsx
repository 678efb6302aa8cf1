import { type ChangeEvent, type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { idempotencyKey } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { EmailField } from "../../components/ui/EmailField";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { NewPasswordField } from "../../components/ui/NewPasswordField";
import { safeReturnTo } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { useFormErrors } from "../../lib/useFormErrors";
import { AuthFrame } from "./AuthFrame";
import { HandleField } from "./HandleField";
import { ProviderButtons } from "./ProviderButtons";
import { useWays } from "./providerQueries";
import { useRegister } from "./queries";

const FIELD_OF = { handle_taken: "handle", email_taken: "email", weak_password: "password" };
const EMPTY = { handle: "", email: "", display_name: "", password: "" };

export function RegisterPage() {
  useTitle("Register");
  return (
    <AuthFrame title="Register">
      <Ways />
    </AuthFrame>
  );
}

/** What this site takes. */
function Ways() {
  const [parameters] = useSearchParams();
  const { passwords, registration } = useWays();
  if (!registration) return <p>This site takes no new accounts at the moment.</p>;
  return (
    <>
      {passwords && <RegisterForm />}
      <ProviderButtons returnTo={safeReturnTo(parameters.get("next"))} />
    </>
  );
}

/** The values with their idempotency key: the same values sent again make no second account. */
function useRegistration() {
  const [values, setValues] = useState(EMPTY);
  const [key, setKey] = useState(idempotencyKey);
  const { mutate, error, isPending } = useRegister();
  const bind = (name: keyof typeof EMPTY) => ({
    value: values[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      setKey(idempotencyKey());
      setValues({ ...values, [name]: event.target.value });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { display_name, ...rest } = values;
    mutate({ ...rest, display_name: display_name.trim() || null, key });
  };
  return { bind, submit, isPending, ...useFormErrors(error, FIELD_OF) };
}

function RegisterForm() {
  const { bind, submit, isPending, fields, rest, mustWait } = useRegistration();
  const [parameters] = useSearchParams();
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Names bind={bind} fields={fields} />
      <NewPasswordField label="Password" error={fields["password"]} {...bind("password")} />
      <FormError>{rest}</FormError>
      <Button variant="main" type="submit" disabled={isPending || mustWait}>
        {isPending ? "Making your account…" : "Register"}
      </Button>
      <p className="text-sm text-ink-2">
        Have an account?{" "}
        <Link to={{ pathname: "/sign-in", search: parameters.toString() }} className="text-ink underline">
          Sign in
        </Link>
      </p>
    </form>
  );
}

interface NamesProps {
  readonly bind: ReturnType<typeof useRegistration>["bind"];
  readonly fields: Readonly<Record<string, string>>;
}

function Names({ bind, fields }: NamesProps) {
  return (
    <>
      <HandleField error={fields["handle"]} {...bind("handle")} />
      <EmailField hint="To sign in with. Nobody else sees it." error={fields["email"]} {...bind("email")} />
      <Field
        label="Display name"
        name="name"
        autoComplete="name"
        maxLength={80}
        hint="Optional. Shown with your shaders; you can change it."
        error={fields["display_name"]}
        {...bind("display_name")}
      />
    </>
  );
}
