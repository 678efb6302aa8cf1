import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import { Dialog } from "../../components/ui/Dialog";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { Time } from "../../components/ui/Time";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { type Passkey, useRemovePasskey, useRenamePasskey } from "./securityQueries";

interface Props {
  readonly item: Passkey;
}

export function PasskeyRow({ item }: Props) {
  const [dialog, setDialog] = useState<"rename" | "remove" | null>(null);
  const named = <span className="sr-only"> the passkey {item.name}</span>;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="break-words">{item.name}</p>
        <p className="text-sm text-ink-2">
          {item.backed_up ? "On several devices" : "On one device"} · added <Time at={item.created_at} /> ·{" "}
          {item.last_used_at ? (
            <>
              last used <Time at={item.last_used_at} />
            </>
          ) : (
            "not used yet"
          )}
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setDialog("rename")}>Rename{named}</Button>
        <Button variant="danger" onClick={() => setDialog("remove")}>
          Remove{named}
        </Button>
      </div>
      {dialog === "rename" && <RenameDialog item={item} onClose={() => setDialog(null)} />}
      {dialog === "remove" && <RemoveDialog item={item} onClose={() => setDialog(null)} />}
    </li>
  );
}

function RenameDialog({ item, onClose }: Props & { readonly onClose: () => void }) {
  const [name, setName] = useState(item.name);
  const { mutate, error, isPending } = useRenamePasskey();
  const { fields, rest } = formErrorsOf(error, {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ id: item.id, name }, { onSuccess: onClose });
  };
  return (
    <Dialog title={`Rename the passkey ${item.name}`} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          autoComplete="off"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={fields["name"]}
        />
        <FormError>{rest}</FormError>
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="main" type="submit" disabled={isPending}>
            Rename
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

function RemoveDialog({ item, onClose }: Props & { readonly onClose: () => void }) {
  const { mutate, error, isPending } = useRemovePasskey();
  const onSuccess = () => {
    onClose();
    toast(`The passkey ${item.name} is removed.`);
  };
  return (
    <ConfirmDialog
      title={`Remove the passkey ${item.name}`}
      action="Remove passkey"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(item.id, { onSuccess })}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">
        It opens your account no more. Your device may still offer it; delete it there, too.
      </p>
    </ConfirmDialog>
  );
}
