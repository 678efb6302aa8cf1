import { useMutation } from "@tanstack/react-query";
import { useEffect } from "react";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { hasPasskeyAutofill, hasPasskeys, passkeyMessage, stopAsking } from "../../lib/passkeys";
import { useFormErrors } from "../../lib/useFormErrors";
import { signInWithPasskey } from "./queries";

/** Shorter than a challenge lives. */
const RENEWED_MS = 8 * 60_000;

/** A button, and passkeys among the browser's suggestions for the handle. */
export function PasskeySignIn() {
  const { mutate, error, isPending } = useMutation({ mutationFn: () => signInWithPasskey(false) });
  const { rest, mustWait } = useFormErrors(error);
  useSuggestions(isPending);
  if (!hasPasskeys()) return null;
  return (
    <div className="flex flex-col gap-2">
      <FormError>{mustWait ? rest : error && passkeyMessage(error)}</FormError>
      <Button onClick={() => mutate()} disabled={isPending || mustWait}>
        Use a passkey
      </Button>
    </div>
  );
}

function useSuggestions(paused: boolean): void {
  useEffect(() => {
    if (paused) return;
    let stopped = false;
    // What fails here fails silently: the button says why.
    const suggest = async () => {
      if ((await hasPasskeyAutofill()) && !stopped) await signInWithPasskey(true);
    };
    const start = () => void suggest().catch(() => undefined);
    start();
    const timer = setInterval(start, RENEWED_MS);
    return () => {
      stopped = true;
      clearInterval(timer);
      stopAsking();
    };
  }, [paused]);
}
