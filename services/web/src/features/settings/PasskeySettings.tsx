import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { hasPasskeys, passkeyMessage } from "../../lib/passkeys";
import { deviceName } from "./device";
import { PasskeyRow } from "./PasskeyRow";
import { Section } from "./Section";
import { type Passkey, useAddPasskey } from "./securityQueries";

interface Props {
  readonly passkeys: readonly Passkey[];
}

export function PasskeySettings({ passkeys }: Props) {
  return (
    <Section
      title="Passkeys"
      note="Sign in by finger, face or the PIN of your device, without a password. A passkey works at this site alone, so nobody can phish it."
    >
      {passkeys.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} item={passkey} />
          ))}
        </ul>
      )}
      {hasPasskeys() ? <AddForm /> : <p className="text-sm text-ink-2">This browser has no passkeys.</p>}
    </Section>
  );
}

function AddForm() {
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const { mutate, error, isPending } = useAddPasskey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(name, { onSuccess: (added) => toast(`The passkey ${added.name} is added.`) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        label="Name of a new passkey"
        hint="To tell it from others, such as the device that it is on."
        autoComplete="off"
        required
        maxLength={80}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <FormError>{error && passkeyMessage(error)}</FormError>
      <Button type="submit" variant="main" className="self-start" disabled={isPending}>
        {isPending ? "Waiting for your device…" : "Add a passkey"}
      </Button>
    </form>
  );
}
