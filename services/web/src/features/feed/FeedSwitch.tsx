import { Link } from "react-router";
import { useSession } from "../../api/session";
import type { FeedKind } from "./queries";

const LABELS: readonly (readonly [FeedKind, string])[] = [
  ["trending", "Trending"],
  ["new", "New"],
  ["you", "For you"],
];

/** Links to the three feeds; the default feed of this visitor is at `/`. */
export function FeedSwitch({ kind }: { readonly kind: FeedKind }) {
  const visitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const first = visitor ? "trending" : "you";
  return (
    <nav aria-label="Feeds" className="flex h-9 items-center gap-4 px-3 text-sm pointer-coarse:h-11">
      {LABELS.map(([value, label]) => (
        <Link
          key={value}
          to={value === first ? "/" : `/?feed=${value}`}
          aria-current={value === kind ? "page" : undefined}
          className="flex h-full items-center text-ink-2 hover:text-ink aria-[current]:font-medium aria-[current]:text-ink"
        >
          {label}
        </Link>
      ))}
    </nav>
  );
}
