import { type FormEvent, useState } from "react";
import { answerProof, type Way } from "../../api/proof";
import { Button } from "../../components/ui/Button";
import { CodeField } from "../../components/ui/CodeField";
import { Dialog } from "../../components/ui/Dialog";
import { FormError } from "../../components/ui/FormError";
import { PasswordField } from "../../components/ui/PasswordField";
import { hasPasskeys, passkeyMessage } from "../../lib/passkeys";
import { useFormErrors } from "../../lib/useFormErrors";
import { usePasskeyProof, useProve } from "./queries";

interface Props {
  readonly ways: readonly Way[];
}

/** Asks again who somebody is, before something that changes who controls the account; then that goes on by itself. */
export function ProofDialog({ ways }: Props) {
  const typed = ways.find((way) => way !== "passkey");
  return (
    <Dialog title="Show again that it is you" onClose={() => answerProof(false)}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-2">
          {ways.length > 0
            ? "This changes who controls your account. It asks once in 15 minutes."
            : "This changes who controls your account. Sign out, sign in again, and do it within 15 minutes."}
        </p>
        {ways.includes("passkey") && <PasskeyProof />}
        {typed && <TypedProof way={typed} />}
        <Button variant="quiet" className="self-end" onClick={() => answerProof(false)}>
          Cancel
        </Button>
      </div>
    </Dialog>
  );
}

const PROVED = { onSuccess: () => answerProof(true) };

function PasskeyProof() {
  const { mutate, error, isPending } = usePasskeyProof();
  if (!hasPasskeys()) return <p className="text-sm">This browser cannot use your passkey.</p>;
  return (
    <div className="flex flex-col gap-2">
      <FormError>{error && passkeyMessage(error)}</FormError>
      <Button variant="main" disabled={isPending} onClick={() => mutate(undefined, PROVED)}>
        Use a passkey
      </Button>
    </div>
  );
}

function TypedProof({ way }: { readonly way: Exclude<Way, "passkey"> }) {
  const [value, setValue] = useState("");
  const { mutate, error, isPending } = useProve();
  const { fields, rest, mustWait } = useFormErrors(error, { wrong_password: "value", wrong_code: "value" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog may stand in another form: that one is not what is sent.
    event.stopPropagation();
    mutate(way === "code" ? { code: value } : { password: value }, PROVED);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {way === "code" ? (
        <CodeField recovery value={value} onChange={setValue} error={fields["value"]} />
      ) : (
        <PasswordField
          label="Password"
          autoComplete="current-password"
          required
          value={value}
          onChange={(event) => setValue(event.target.value)}
          error={fields["value"]}
        />
      )}
      <FormError>{rest}</FormError>
      <Button variant="main" type="submit" disabled={isPending || mustWait}>
        Go on
      </Button>
    </form>
  );
}
