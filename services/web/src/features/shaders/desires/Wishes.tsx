import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { api, ok } from "../../../api/client";
import { keys } from "../../../api/keys";
import { BY_CURSOR } from "../../../api/paging";
import { Button } from "../../../components/ui/Button";
import { count } from "../../../lib/labels";
import { wanted } from "./wanted";

/** Open wishes that have the words, or all of one person's. */
type Which = { readonly q: string } | { readonly author: string };

interface Props {
  readonly title: string;
  readonly which: Which;
}

const PAGE = 3;
const KEPT_MS = 60_000;

/** A few wishes beside shaders, and more if one asks; nothing where there are none. */
export function Wishes({ title, which }: Props) {
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: keys.wishes(which),
    queryFn: ({ pageParam: cursor, signal }) =>
      ok(api.GET("/api/v1/desires", { params: { query: { ...which, sort: "new", limit: PAGE, cursor } }, signal })),
    ...BY_CURSOR,
    staleTime: KEPT_MS,
  });
  const wishes = data?.pages.flatMap(({ items }) => items) ?? [];
  if (wishes.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-2 px-3 pb-5">
      <h2 className="text-sm font-medium">{title}</h2>
      <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-3">
        {wishes.map((wish) => (
          <li key={wish.id} className="min-w-0 border-l-2 border-line pl-3 text-sm">
            <Link to={`/desires/${wish.id}`} className="line-clamp-2 hover:underline [overflow-wrap:anywhere]">
              {wish.prompt}
            </Link>
            <span className="text-ink-2">
              {wanted(wish)}
              {wish.fulfilments > 0 && ` · ${count(wish.fulfilments, "answer")}`}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button
          variant="quiet"
          className="self-start"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          More wishes
        </Button>
      )}
    </section>
  );
}
