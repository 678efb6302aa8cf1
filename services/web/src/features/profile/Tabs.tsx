import { Link } from "react-router";
import type { Shown } from "../shaders/works";
import { SHOWN } from "./copy";

interface Props {
  readonly handle: string;
  readonly shown: Shown;
  readonly title: string;
  readonly onTitle: (title: string) => void;
}

const LABELS: readonly (readonly [Shown, string])[] = [
  ["public", "Public"],
  ["draft", "Drafts"],
  ["unlisted", "Unlisted"],
  ["private", "Private"],
  ["voted", "Voted for"],
];

/** Links to one's own shaders by visibility, and a filter by title. */
export function Tabs({ handle, shown, title, onTitle }: Props) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 px-3 pb-2">
      <nav aria-label="Your shaders" className="flex h-9 flex-wrap gap-x-4 text-sm max-sm:h-auto">
        {LABELS.map(([value, label]) => (
          <Link
            key={value}
            to={value === "public" ? `/u/${handle}` : `/u/${handle}?show=${value}`}
            aria-current={value === shown ? "page" : undefined}
            className="flex h-9 items-center text-ink-2 hover:text-ink aria-[current]:font-medium aria-[current]:text-ink pointer-coarse:h-11"
          >
            {label}
          </Link>
        ))}
      </nav>
      <input
        type="search"
        aria-label={`Find by title: ${SHOWN[shown].toLowerCase()}`}
        placeholder="Find by title"
        value={title}
        onChange={({ target }) => onTitle(target.value)}
        className="h-8 w-44 rounded-sm border border-line bg-raised px-3 text-sm max-sm:w-full pointer-coarse:h-11"
      />
    </div>
  );
}
