import { useId, useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { INPUT } from "../../components/Field";
import { FormError } from "../../components/FormError";
import { mistakesOf } from "../../lib/mistakes";
import type { ShownKey } from "./NewKey";
import { type Key, useRotateKey } from "./queries";

const OVERLAPS = [
  [0, "At once"],
  [3600, "In an hour"],
  [86_400, "In a day"],
  [604_800, "In a week"],
] as const;

interface Props {
  readonly item: Key;
  readonly onClose: () => void;
  readonly onRotated: (made: ShownKey) => void;
}

export function RotateDialog({ item, onClose, onRotated }: Props) {
  const id = useId();
  const [seconds, setSeconds] = useState(86_400);
  const { mutate, error, isPending } = useRotateKey();
  const rotate = () =>
    mutate(
      { id: item.id, seconds },
      {
        onSuccess: (key) => {
          onClose();
          onRotated({ name: key.name, value: key.key });
        },
      },
    );
  return (
    <Dialog title={`Rotate the key ${item.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-2">A new key takes its place, with the same name, scopes and lifetime.</p>
        <div className="flex flex-col gap-1">
          <label htmlFor={id} className="text-sm font-medium">
            The old one ends
          </label>
          <select
            id={id}
            className={INPUT}
            value={seconds}
            onChange={(event) => setSeconds(Number(event.target.value))}
          >
            {OVERLAPS.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </div>
        <FormError>{mistakesOf(error, {}).rest}</FormError>
        <div className="flex gap-2">
          <Button kind="main" onClick={rotate} disabled={isPending}>
            Rotate key
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </div>
    </Dialog>
  );
}
