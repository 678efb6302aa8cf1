import { useState } from "react";
import type { Schemas } from "../../api/client";
import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import { SelectField } from "../../components/ui/Field";
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
  const onSuccess = (key: Schemas["KeyCreated"]) => {
    onClose();
    onRotated({ name: key.name, value: key.key });
  };
  return (
    <ConfirmDialog
      title={`Rotate the key ${item.name}`}
      action="Rotate key"
      variant="main"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate({ id: item.id, seconds: Number(seconds) }, { onSuccess })}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">A new key takes its place, with the same name, scopes and lifetime.</p>
      <SelectField label="The old one ends" options={OVERLAPS} value={seconds} onChoose={setSeconds} />
    </ConfirmDialog>
  );
}
