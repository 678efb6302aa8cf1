import { type FormEvent, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/Button";
import { Field } from "../../components/Field";
import { FormError } from "../../components/FormError";
import { PasswordField } from "../../components/PasswordField";
import { mistakesOf } from "../../lib/mistakes";
import { useTitle } from "../../lib/title";
import { useWait, waitSentence } from "../../lib/useWait";
import { AuthFrame } from "./AuthFrame";
import { useSignIn } from "./queries";

export function SignInPage() {
  useTitle("Sign in");
  return (
    <AuthFrame title="Sign in">
      <SignInForm />
    </AuthFrame>
  );
}

function SignInForm() {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [parameters] = useSearchParams();
  const { mutate, error, isPending } = useSignIn();
  const wait = useWait(error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ login: login.trim(), password });
  };
  const { fields } = mistakesOf(error, {});
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
      <Button kind="main" type="submit" disabled={isPending || wait > 0}>
        {isPending ? "Signing in…" : "Sign in"}
      </Button>
      <p className="text-sm text-ink-2">
        No account yet?{" "}
        <Link to={{ pathname: "/register", search: parameters.toString() }} className="text-ink underline">
          Register
        </Link>
      </p>
    </form>
  );
}

function reason(error: Error | null, wait: number): string | null {
  if (wait > 0) return waitSentence(wait);
  if (error instanceof ApiError) {
    if (error.status === 429) return null;
    if (error.code === "invalid_credentials") return "Handle, e-mail or password is wrong. Check both and try again.";
    if (error.code === "suspended") return "This account is suspended. Its works are kept.";
  }
  return mistakesOf(error, {}).rest;
}
