import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { type Key, useRevokeKey } from "./queries";

interface Props {
  readonly item: Key;
  readonly onClose: () => void;
}

export function RevokeDialog({ item, onClose }: Props) {
  const { mutate, error, isPending } = useRevokeKey();
  const revoke = () =>
    mutate(item.id, {
      onSuccess: () => {
        onClose();
        toast(`The key ${item.name} is revoked.`);
      },
    });
  return (
    <Dialog title={`Revoke the key ${item.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-2">Programs that use it are refused from then on. This cannot be undone.</p>
        <FormError>{formErrorsOf(error, {}).rest}</FormError>
        <div className="flex gap-2">
          <Button variant="danger" onClick={revoke} disabled={isPending}>
            Revoke key
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </div>
    </Dialog>
  );
}
