import { Dialog } from "../../../components/ui/Dialog";
import { type Choice, DecideForm } from "./DecideForm";
import { nameOf, type Subject } from "./subject";
import { PUBLISH } from "./words";

interface Props {
  readonly subject: Subject;
  readonly action: "hide" | "keep";
  /** Whether nobody has seen it yet. */
  readonly waits?: boolean;
  /** Its time of change, where that is known. */
  readonly lookedAt?: string;
  readonly onClose: () => void;
}

/** A moderator's quick decision about what is looked at. */
export function DecideDialog({ subject, action, waits = false, lookedAt, onClose }: Props) {
  const name = nameOf(subject);
  const hides = action === "hide";
  const label = hides ? "Hide" : waits ? "Publish" : "Show again";
  const choice: Choice = waits && !hides ? PUBLISH : { action, label, variant: hides ? "danger" : "main" };
  const heading = hides || waits ? `${label} "${name}"` : `Show "${name}" again`;
  return (
    <Dialog title={heading} onClose={onClose}>
      <DecideForm subject={subject} lookedAt={lookedAt ?? null} choices={[choice]} onDone={onClose} />
    </Dialog>
  );
}
