import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { ApiError } from "../api/problem";
import { Button } from "./Button";
import { Notice } from "./Notice";
import { WorkGrid, WorkGridSkeleton } from "./WorkGrid";
import { distinctPages, type Work, type WorkPage } from "./works";

interface Props {
  readonly label: string;
  readonly query: UseInfiniteQueryResult<InfiniteData<WorkPage>, Error>;
  /** What stands where there are no works. */
  readonly empty: ReactNode;
  /** The last sentence under all works. */
  readonly end: ReactNode;
  readonly large?: boolean;
  readonly recorded?: boolean;
  /** Of the pictures to come, where something is known about them. */
  readonly colors?: readonly string[];
  /** Shows some of the works only; the list is read on until there are enough of them, or no more. */
  readonly only?: (work: Work) => boolean;
}

/** A list of works that goes on by itself towards its end, with its sentences for nothing, for failure and for the end. */
export function WorkList({ label, query, empty, end, large = false, recorded = false, colors = [], only }: Props) {
  const all = useMemo(() => distinctPages(query.data?.pages ?? []), [query.data]);
  if (query.data === undefined) {
    return query.isError ? (
      <Failed error={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <WorkGridSkeleton colors={colors} />
    );
  }
  if (all.every((page) => page.length === 0)) return empty;
  const pages = only ? all.map((page) => page.filter(only)) : all;
  return (
    <div className={query.isPlaceholderData ? "opacity-60 transition-opacity" : "transition-opacity"}>
      <WorkGrid label={label} pages={pages} large={large} recorded={recorded} />
      <Foot query={query} end={end} />
    </div>
  );
}

function Foot({ query, end }: Pick<Props, "query" | "end">) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage, refetch } = query;
  const foot = useNearness(hasNextPage && !isFetchingNextPage && !isFetchNextPageError, fetchNextPage);
  const over = isFetchNextPageError && error instanceof ApiError && error.code === "invalid_cursor";
  const beginAnew = () => {
    window.scrollTo(0, 0);
    void refetch();
  };
  return (
    <div ref={foot} className="flex flex-col items-center gap-3 px-4 py-10 text-center text-sm text-ink-2">
      {isFetchNextPageError && (
        <p role="alert">{over ? "This list was left for so long that it cannot go on." : sentence(error)}</p>
      )}
      {!hasNextPage && end}
      {hasNextPage && (
        <Button disabled={isFetchingNextPage} onClick={over ? beginAnew : () => void fetchNextPage()}>
          {over ? "Begin anew" : isFetchNextPageError ? "Try again" : "More"}
        </Button>
      )}
    </div>
  );
}

/** Asks for the next page while its place is near. */
function useNearness(open: boolean, fetchNextPage: () => unknown) {
  const place = useRef<HTMLDivElement>(null);
  const scrolled = useScrolled();
  useEffect(() => {
    if (!open || place.current === null) return;
    // Who has not scrolled yet may never: then the next page waits until its place is in view.
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
    <Notice title="The works could not be loaded" action={{ label: "Try again", onAct: onRetry }}>
      {sentence(error)}
    </Notice>
  );
}

function sentence(error: Error | null): string {
  return error instanceof ApiError ? error.message : "The site did not answer as it should. Try again.";
}
