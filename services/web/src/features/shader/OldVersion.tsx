import { useNavigate } from "react-router";
import { Button, ButtonLink } from "../../components/ui/Button";
import { toast, toastError } from "../../components/ui/toastStore";
import { type Shader, useRestore } from "./queries";

interface Props {
  readonly shader: Shader;
  readonly version: number;
  readonly isAuthor: boolean;
}

/** A banner on an old version, with a link to the newest; the author may restore the old one. */
export function OldVersion({ shader, version, isAuthor }: Props) {
  const restore = useRestore(shader.id);
  const navigate = useNavigate();
  const onRestore = () => {
    const onSuccess = () => {
      toast(`Version ${version} is the newest again`);
      navigate(`/s/${shader.id}`);
    };
    restore.mutate(version, { onSuccess, onError: toastError });
  };
  return (
    <aside
      aria-label="Old version"
      className="flex flex-wrap items-center gap-2 border-l-2 border-accent py-1 pl-3 text-sm"
    >
      <p className="min-w-48 flex-1">
        This is version {version}. The newest is {shader.version}.
      </p>
      <ButtonLink to={`/s/${shader.id}`}>Go to the newest</ButtonLink>
      {isAuthor && (
        <Button disabled={restore.isPending} onClick={onRestore}>
          Restore this version
        </Button>
      )}
    </aside>
  );
}
