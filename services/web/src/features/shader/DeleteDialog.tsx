import { useNavigate } from "react-router";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { say, sayError } from "../../components/toasts";
import { useDelete, type Work } from "./queries";

/** Takes a work down, once it is meant. */
export function DeleteDialog({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const remove = useDelete(work.id);
  const navigate = useNavigate();
  const confirm = () => {
    const onSuccess = () => {
      say(`"${work.title}" is deleted`);
      navigate(`/u/${work.author.handle}`);
    };
    remove.mutate(undefined, { onSuccess, onError: sayError });
  };
  return (
    <Dialog title={`Delete "${work.title}"?`} onClose={onClose}>
      <p className="mb-4 text-sm text-ink-2">
        The work goes from the site with all its versions and pictures, for good. Forks by others stay.
      </p>
      <p className="flex justify-end gap-2">
        <Button kind="quiet" onClick={onClose}>
          Keep it
        </Button>
        <Button kind="danger" disabled={remove.isPending} onClick={confirm}>
          Delete the work
        </Button>
      </p>
    </Dialog>
  );
}
