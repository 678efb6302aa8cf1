import type { ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { FormError } from "./FormError";

interface Props {
  readonly title: string;
  /** The consequences, and what is to be chosen first. */
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly action: string;
  readonly variant?: "main" | "danger";
  readonly error: string | null;
  readonly isPending: boolean;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before something is done that cannot be undone. */
export function ConfirmDialog(props: Props) {
  const { title, children, action, variant = "danger", error, isPending, onConfirm, onClose } = props;
  return (
    <Dialog title={title} onClose={onClose}>
      <div className="flex flex-col gap-4">
        {children}
        <FormError>{error}</FormError>
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button variant={variant} onClick={onConfirm} disabled={isPending}>
            {action}
          </Button>
        </p>
      </div>
    </Dialog>
  );
}
