import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { formErrorsOf } from "../../lib/formErrors";
import { useWait, waitMessage } from "../../lib/useWait";
import { useSignIn } from "./queries";

/** Signs in; it does not navigate, whoever shows it reacts to the session. */
export function SignInForm() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, error, isPending } = useSignIn();
  const wait = useWait(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ login: login.trim(), password });
  };
  const { fields } = formErrorsOf(error, {});
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Handle or e-mail"
        name="username"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        required
        maxLength={330}
        value={login}
        onChange={(event) => setLogin(event.target.value)}
        error={fields["login"]}
      />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={fields["password"]}
      />
      <FormError>{reason(error, wait)}</FormError>
      <Button variant="main" type="submit" disabled={isPending || wait > 0}>
        {isPending ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}

function reason(error: Error | null, wait: number): string | null {
  if (wait > 0) return waitMessage(wait);
  if (error instanceof ApiError) {
    if (error.status === 429) return null;
    if (error.code === "invalid_credentials") return "Handle, e-mail or password is wrong. Check both and try again.";
  }
  return formErrorsOf(error, {}).rest;
}
