import { type ChangeEvent, type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { idempotencyKey } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { formErrorsOf, NO_ERRORS } from "../../lib/formErrors";
import { safeReturnTo } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { useWait, waitMessage } from "../../lib/useWait";
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
  const wait = useWait(error);
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
  const formErrors = wait > 0 ? { ...NO_ERRORS, rest: waitMessage(wait) } : formErrorsOf(error, FIELD_OF);
  return { bind, submit, formErrors, isPending, wait };
}

function RegisterForm() {
  const { bind, submit, formErrors, isPending, wait } = useRegistration();
  const [parameters] = useSearchParams();
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Names bind={bind} fields={formErrors.fields} />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={256}
        hint="8 to 256 characters. Not one that a stranger would try first."
        error={formErrors.fields["password"]}
        {...bind("password")}
      />
      <FormError>{formErrors.rest}</FormError>
      <Button variant="main" type="submit" disabled={isPending || wait > 0}>
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
      <Field
        label="E-mail"
        name="email"
        type="email"
        autoComplete="email"
        required
        maxLength={320}
        hint="To sign in with. Nobody else sees it."
        error={fields["email"]}
        {...bind("email")}
      />
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
