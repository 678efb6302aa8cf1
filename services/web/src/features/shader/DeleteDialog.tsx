import { useNavigate } from "react-router";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { toast, toastError } from "../../components/ui/toastStore";
import { type Shader, useDelete } from "./queries";

/** Takes a shader down, once it is meant. */
export function DeleteDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const remove = useDelete(shader.id);
  const navigate = useNavigate();
  const confirm = () => {
    const onSuccess = () => {
      toast(`"${shader.title}" is deleted`);
      navigate(`/u/${shader.author.handle}`);
    };
    remove.mutate(undefined, { onSuccess, onError: toastError });
  };
  return (
    <Dialog title={`Delete "${shader.title}"?`} onClose={onClose}>
      <p className="mb-4 text-sm text-ink-2">
        The shader goes from the site with all its versions and pictures, for good. Forks by others stay.
      </p>
      <p className="flex justify-end gap-2">
        <Button variant="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button variant="danger" disabled={remove.isPending} onClick={confirm}>
          Delete the shader
        </Button>
      </p>
    </Dialog>
  );
}
