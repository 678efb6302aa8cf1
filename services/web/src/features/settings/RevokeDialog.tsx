import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { type Key, useRevokeKey } from "./queries";

interface Props {
  readonly item: Key;
  readonly onClose: () => void;
}

export function RevokeDialog({ item, onClose }: Props) {
  const { mutate, error, isPending } = useRevokeKey();
  const onSuccess = () => {
    onClose();
    toast(`The key ${item.name} is revoked.`);
  };
  return (
    <ConfirmDialog
      title={`Revoke the key ${item.name}`}
      action="Revoke key"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(item.id, { onSuccess })}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">Programs that use it are refused from then on. This cannot be undone.</p>
    </ConfirmDialog>
  );
}
