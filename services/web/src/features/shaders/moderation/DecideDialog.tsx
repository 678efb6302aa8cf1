import type { Schemas } from "../../../api/client";
import { Dialog } from "../../../components/ui/Dialog";
import { type Choice, DecideForm } from "./DecideForm";
import { PUBLISH } from "./words";

interface Props {
  /** From a card or, with its time of change, from its page. */
  readonly shader: Pick<Schemas["ShaderSummary"], "id" | "title" | "awaits_review"> & { readonly updated_at?: string };
  readonly action: "hide" | "keep";
  readonly onClose: () => void;
}

/** A moderator's quick decision about a shader that is looked at. */
export function DecideDialog({ shader, action, onClose }: Props) {
  const { id, title, awaits_review: waits, updated_at: lookedAt } = shader;
  const hides = action === "hide";
  const label = hides ? "Hide" : waits ? "Publish" : "Show again";
  const choice: Choice = waits && !hides ? PUBLISH : { action, label, variant: hides ? "danger" : "main" };
  const heading = hides || waits ? `${label} "${title}"` : `Show "${title}" again`;
  return (
    <Dialog title={heading} onClose={onClose}>
      <DecideForm id={id} title={title} lookedAt={lookedAt ?? null} choices={[choice]} onDone={onClose} />
    </Dialog>
  );
}
