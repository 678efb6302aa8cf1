import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { FormError } from "../../components/FormError";
import { say } from "../../components/toasts";
import { mistakesOf } from "../../lib/mistakes";
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
        say(`The key ${item.name} is revoked.`);
      },
    });
  return (
    <Dialog title={`Revoke the key ${item.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4">
        <p className="text-sm text-ink-2">Programs that use it are refused from then on. This cannot be undone.</p>
        <FormError>{mistakesOf(error, {}).rest}</FormError>
        <div className="flex gap-2">
          <Button kind="danger" onClick={revoke} disabled={isPending}>
            Revoke key
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </div>
      </div>
    </Dialog>
  );
}
