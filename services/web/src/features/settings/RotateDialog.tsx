import { useState } from "react";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import type { ShownKey } from "./NewKey";
import { type Key, useRotateKey } from "./queries";

const OVERLAPS = [
  ["0", "At once"],
  ["3600", "In an hour"],
  ["86400", "In a day"],
  ["604800", "In a week"],
] as const;

interface Props {
  readonly item: Key;
  readonly onClose: () => void;
  readonly onRotated: (made: ShownKey) => void;
}

export function RotateDialog({ item, onClose, onRotated }: Props) {
  const [seconds, setSeconds] = useState<(typeof OVERLAPS)[number][0]>("86400");
  const { mutate, error, isPending } = useRotateKey();
  const rotate = () =>
    mutate(
      { id: item.id, seconds: Number(seconds) },
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
        <SelectField label="The old one ends" options={OVERLAPS} value={seconds} onChoose={setSeconds} />
        <FormError>{formErrorsOf(error, {}).rest}</FormError>
        <div className="flex gap-2">
          <Button variant="main" onClick={rotate} disabled={isPending}>
            Rotate key
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </div>
    </Dialog>
  );
}
