import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { toastError } from "../../../components/ui/toastStore";
import { useForgetTag } from "./queries";

interface Props {
  readonly title: string;
  readonly tags: readonly Schemas["LikedTag"][];
}

const SHOWN = 24;

/** Tags, each with a way to forget it. */
export function LikedTags({ title, tags }: Props) {
  const forget = useForgetTag();
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-sm font-medium">{title}</h3>
      <ul className="flex flex-wrap gap-2">
        {tags.slice(0, SHOWN).map(({ tag }) => (
          <li key={tag} className="flex items-center rounded-sm border border-line text-sm">
            <Link to={`/explore?tag=${tag}`} className="py-1 pl-2 hover:text-accent pointer-coarse:py-2.5">
              {tag}
            </Link>
            <button
              type="button"
              className="px-2 py-1 text-ink-2 hover:text-ink pointer-coarse:py-2.5"
              disabled={forget.isPending}
              onClick={() => forget.mutate(tag, { onError: toastError })}
            >
              <span aria-hidden="true">×</span>
              <span className="sr-only">Forget {tag}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
