import { type FormEvent, useState } from "react";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/ui/Button";
import { CodeField } from "../../components/ui/CodeField";
import { FormError } from "../../components/ui/FormError";
import { useFormErrors } from "../../lib/useFormErrors";
import { useCodeSignIn } from "./queries";

interface Props {
  readonly ticket: string;
  /** Back to the password. */
  readonly onOver: () => void;
}

/** The second step of a sign-in: a code of the app, or a recovery code. */
export function CodeStep({ ticket, onOver }: Props) {
  const [code, setCode] = useState("");
  const { mutate, error, isPending } = useCodeSignIn();
  const { fields, rest, mustWait } = useFormErrors(error, { wrong_code: "code" });
  const over = error instanceof ApiError && error.code === "challenge_over";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ ticket, code });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p className="text-sm text-ink-2">Your password is right. Your account asks for a code, too.</p>
      <CodeField recovery value={code} onChange={setCode} error={fields["code"]} />
      <FormError>{rest}</FormError>
      {!over && (
        <Button variant="main" type="submit" disabled={isPending || mustWait}>
          {isPending ? "Signing in…" : "Sign in"}
        </Button>
      )}
      <Button variant={over ? "main" : "quiet"} onClick={onOver}>
        Start again
      </Button>
    </form>
  );
}
