import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { useFormErrors } from "../../lib/useFormErrors";
import { useHide } from "./queries";

/** A moderator's reason to hide a desire. */
export function HideDialog({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const [reason, setReason] = useState("");
  const hide = useHide(id);
  const { fields, rest } = useFormErrors(hide.error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    hide.mutate(reason, { onSuccess: onClose });
  };
  return (
    <Dialog title="Hide this desire" onClose={onClose}>
      <form onSubmit={send} className="flex flex-col gap-4">
        <Field
          label="Why?"
          hint="Its author reads this."
          error={fields["reason"]}
          maxLength={300}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <FormError>{rest}</FormError>
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" type="submit" disabled={reason.trim() === "" || hide.isPending}>
            Hide
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
