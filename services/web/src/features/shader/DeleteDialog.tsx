import { useNavigate } from "react-router";
import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { type Shader, useDelete } from "./queries";

/** Deletes a shader after a confirmation. */
export function DeleteDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const remove = useDelete(shader.id);
  const navigate = useNavigate();
  const confirm = () => {
    const onSuccess = () => {
      toast(`"${shader.title}" is deleted`);
      navigate(`/u/${shader.author.handle}`);
    };
    remove.mutate(undefined, { onSuccess });
  };
  return (
    <ConfirmDialog
      title={`Delete "${shader.title}"?`}
      action="Delete the shader"
      error={formErrorsOf(remove.error, {}).rest}
      isPending={remove.isPending}
      onConfirm={confirm}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">
        The shader goes from the site with all its versions and pictures, for good. Forks by others stay.
      </p>
    </ConfirmDialog>
  );
}
