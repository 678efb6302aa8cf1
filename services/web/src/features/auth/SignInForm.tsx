import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { useFormErrors } from "../../lib/useFormErrors";
import { CodeStep } from "./CodeStep";
import { PasskeySignIn } from "./PasskeySignIn";
import { useWays } from "./providerQueries";
import { useSignIn } from "./queries";

/** Signs in; it does not navigate, whoever shows it reacts to the session. With a code app it has two steps. */
export function SignInForm() {
  const [ticket, setTicket] = useState<string | null>(null);
  if (ticket !== null) return <CodeStep ticket={ticket} onOver={() => setTicket(null)} />;
  return (
    <div className="flex flex-col gap-4">
      <PasswordForm onTicket={setTicket} />
      <PasskeySignIn />
    </div>
  );
}

function PasswordForm({ onTicket }: { readonly onTicket: (ticket: string) => void }) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const { mutate, error, isPending } = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ login: login.trim(), password }, { onError: (refusal) => withTicket(refusal, onTicket) });
  };
  const { fields, rest, mustWait } = useFormErrors(error);
  const { mail } = useWays();
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Handle or e-mail"
        name="username"
        autoComplete="username webauthn"
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
      <FormError>{mustWait ? `${rest} ${waysAround(mail)}` : reason(error, rest)}</FormError>
      <Button variant="main" type="submit" disabled={isPending || mustWait}>
        {isPending ? "Signing in…" : "Sign in"}
      </Button>
    </form>
  );
}

/** Strangers may have used the tries up; neither of these counts among them. */
const waysAround = (mail: boolean) => `A passkey${mail ? ", or a new password by mail," : ""} lets you in at once.`;

function withTicket(error: Error, onTicket: (ticket: string) => void): void {
  const ticket = error instanceof ApiError && error.code === "second_factor_needed" ? error.problem["ticket"] : null;
  if (typeof ticket === "string") onTicket(ticket);
}

function reason(error: Error | null, rest: string | null): string | null {
  if (!(error instanceof ApiError)) return rest;
  if (error.code === "second_factor_needed") return null;
  return error.code === "invalid_credentials" ? "Handle, e-mail or password is wrong. Check both and try again." : rest;
}
