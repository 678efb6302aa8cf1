import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { ShaderGrid, ShaderGridSkeleton } from "./ShaderGrid";
import { distinctPages, type ShaderSummary, type SummaryPage } from "./shaderPages";

interface Props {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<SummaryPage>, Error>;
  /** Shown when there are no shaders. */
  readonly empty: ReactNode;
  /** The text under the last shader. */
  readonly end: ReactNode;
  readonly large?: boolean;
  readonly recorded?: boolean;
  /** For the skeleton. */
  readonly colors?: readonly string[];
  /** A filter in the browser; pages are fetched until enough shaders pass it, or no more exist. */
  readonly only?: (shader: ShaderSummary) => boolean;
}

/** An infinite list of shaders, with its texts for empty, failed and end. */
export function ShaderList({ label, query, empty, end, large = false, recorded = false, colors = [], only }: Props) {
  const all = useMemo(() => distinctPages(query.data?.pages ?? []), [query.data]);
  if (query.data === undefined) {
    return query.isError ? (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <ShaderGridSkeleton colors={colors} />
    );
  }
  if (all.every((page) => page.length === 0)) return empty;
  const pages = only ? all.map((page) => page.filter(only)) : all;
  return (
    <div className={query.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"}>
      <ShaderGrid label={label} pages={pages} large={large} recorded={recorded} />
      <ListEnd query={query} end={end} />
    </div>
  );
}

function ListEnd({ query, end }: Pick<Props, "query" | "end">) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage, refetch } = query;
  const foot = useLoadNearEnd(hasNextPage && !isFetchingNextPage && !isFetchNextPageError, fetchNextPage);
  const expired = isFetchNextPageError && error instanceof ApiError && error.code === "invalid_cursor";
  const restart = () => {
    window.scrollTo(0, 0);
    void refetch();
  };
  return (
    <div ref={foot} className="flex flex-col items-center gap-3 px-4 py-10 text-center text-sm text-ink-2">
      {isFetchNextPageError && (
        <p role="alert">{expired ? "This list was left for so long that it cannot go on." : messageOf(error)}</p>
      )}
      {!hasNextPage && end}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={expired ? restart : () => void fetchNextPage()}>
          {expired ? "Begin anew" : isFetchNextPageError ? "Try again" : "More"}
        </Button>
      )}
    </div>
  );
}

/** Fetches the next page when the end of the list is near. */
function useLoadNearEnd(open: boolean, fetchNextPage: () => unknown) {
  const place = useRef<HTMLDivElement>(null);
  const scrolled = useScrolled();
  useEffect(() => {
    if (!open || place.current === null) return;
    // Before the first scroll the next page waits until the end is in view.
    const rootMargin = scrolled ? "1200px" : "0px";
    const near = new IntersectionObserver(([entry]) => entry?.isIntersecting && void fetchNextPage(), { rootMargin });
    near.observe(place.current);
    return () => near.disconnect();
  }, [open, scrolled, fetchNextPage]);
  return place;
}

function useScrolled(): boolean {
  const [scrolled, setScrolled] = useState(window.scrollY > 0);
  useEffect(() => {
    const note = () => setScrolled(true);
    window.addEventListener("scroll", note, { once: true, passive: true });
    return () => window.removeEventListener("scroll", note);
  }, []);
  return scrolled;
}

function Failed({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <EmptyState title="The shaders could not be loaded" action={{ label: "Try again", onAct: onRetry }}>
      {messageOf(error)}
    </EmptyState>
  );
}

function messageOf(error: Error | null): string {
  return error instanceof ApiError ? error.message : "The site did not answer as it should. Try again.";
}
