import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";

interface Props {
  readonly query: Pick<
    UseInfiniteQueryResult,
    "isPending" | "error" | "refetch" | "hasNextPage" | "fetchNextPage" | "isFetchingNextPage"
  >;
  readonly empty: boolean;
  /** What stands in place of a list without items. */
  readonly nothing: ReactNode;
  readonly children: ReactNode;
}

/** A list that is read page by page, with what is said while it loads, fails or is empty. */
export function Pages({ query, empty, nothing, children }: Props) {
  if (query.error) {
    return (
      <div className="flex flex-col items-start gap-3">
        <FormError>{formErrorsOf(query.error, {}).rest}</FormError>
        <Button onClick={() => void query.refetch()}>Try again</Button>
      </div>
    );
  }
  if (query.isPending) return <p role="status">Loading…</p>;
  if (empty) return <p className="text-ink-2">{nothing}</p>;
  return (
    <>
      {children}
      {query.hasNextPage && (
        <Button className="self-start" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  );
}
