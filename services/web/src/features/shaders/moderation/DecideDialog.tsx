import { Dialog } from "../../../components/ui/Dialog";
import { DecideForm } from "./DecideForm";

interface Props {
  readonly shader: { readonly id: string; readonly title: string };
  readonly action: "hide" | "keep";
  readonly onClose: () => void;
}

/** A moderator's quick decision about a shader that is looked at. */
export function DecideDialog({ shader, action, onClose }: Props) {
  const hides = action === "hide";
  const choice = {
    action,
    label: hides ? "Hide" : "Show again",
    variant: hides ? ("danger" as const) : ("main" as const),
  };
  return (
    <Dialog title={hides ? `Hide "${shader.title}"` : `Show "${shader.title}" again`} onClose={onClose}>
      <DecideForm id={shader.id} title={shader.title} choices={[choice]} onDone={onClose} />
    </Dialog>
  );
}
