import { useNavigate } from "react-router";
import { Button, ButtonLink } from "../../components/Button";
import { say, sayError } from "../../components/toasts";
import { useRestore, type Work } from "./queries";

interface Props {
  readonly work: Work;
  readonly version: number;
  readonly isAuthor: boolean;
}

/** Says that this is not the newest version, and leads there; the author may make it the newest again. */
export function OldVersion({ work, version, isAuthor }: Props) {
  const restore = useRestore(work.id);
  const navigate = useNavigate();
  const onRestore = () => {
    const onSuccess = () => {
      say(`Version ${version} is the newest again`);
      navigate(`/s/${work.id}`);
    };
    restore.mutate(version, { onSuccess, onError: sayError });
  };
  return (
    <aside
      aria-label="Old version"
      className="flex flex-wrap items-center gap-2 border-l-2 border-accent py-1 pl-3 text-sm"
    >
      <p className="min-w-48 flex-1">
        This is version {version}. The newest is {work.version}.
      </p>
      <ButtonLink to={`/s/${work.id}`}>Go to the newest</ButtonLink>
      {isAuthor && (
        <Button disabled={restore.isPending} onClick={onRestore}>
          Restore this version
        </Button>
      )}
    </aside>
  );
}
