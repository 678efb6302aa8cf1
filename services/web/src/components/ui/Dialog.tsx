import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode } from "react";

interface Props {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal dialog: the focus stays in it and returns afterwards, Escape closes it. Mount it to open it. */
export function Dialog({ title, onClose, children }: Props) {
  return (
    // A press outside must not lose what was typed.
    <Base.Root open disablePointerDismissal onOpenChange={onClose}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-50 bg-black/60" />
        <Base.Viewport className="fixed inset-0 z-50 grid place-items-center overflow-y-auto p-4">
          <Base.Popup className="w-full max-w-lg rounded-lg border border-line bg-raised p-6 text-ink outline-none">
            <Base.Title className="mb-4 text-lg font-medium">{title}</Base.Title>
            {children}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
