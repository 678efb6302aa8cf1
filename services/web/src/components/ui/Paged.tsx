import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "./Button";
import { LoadFailure } from "./LoadFailure";

interface Props {
  readonly query: Pick<
    UseInfiniteQueryResult,
    "data" | "error" | "refetch" | "hasNextPage" | "fetchNextPage" | "isFetchingNextPage" | "isFetchNextPageError"
  >;
  readonly empty: boolean;
  /** What stands in place of a list without items. */
  readonly nothing: ReactNode;
  readonly children: ReactNode;
}

/** A list that is read page by page, with what is said while it loads, fails or is empty. What is loaded stays. */
export function Paged({ query, empty, nothing, children }: Props) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage, isFetchNextPageError } = query;
  if (data === undefined) {
    return error ? <LoadFailure error={error} onRetry={() => void refetch()} /> : <p role="status">Loading…</p>;
  }
  if (empty) return <p className="text-ink-2">{nothing}</p>;
  return (
    <>
      {children}
      {isFetchNextPageError ? (
        <LoadFailure error={error} onRetry={() => void fetchNextPage()} />
      ) : (
        hasNextPage && (
          <Button className="self-start" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </Button>
        )
      )}
    </>
  );
}
