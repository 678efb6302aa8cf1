import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { Time } from "../../components/ui/Time";
import { formErrorsOf } from "../../lib/formErrors";
import { useKeyUses } from "./queries";

/** The audit log of a key. */
export function KeyUses({ id }: { readonly id: string }) {
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useKeyUses(id);
  if (error) return <FormError>{formErrorsOf(error, {}).rest}</FormError>;
  if (data === undefined) return <p role="status">Loading its uses…</p>;
  const uses = data.pages.flatMap((page) => page.items);
  if (uses.length === 0) {
    return <p className="text-sm text-ink-2">Nothing was changed with this key in the last 90 days.</p>;
  }
  return (
    <>
      <ul className="flex flex-col gap-1 border-l border-line pl-3 text-sm">
        {uses.map((use) => (
          <li key={use.id}>
            <code className="font-mono">
              {use.method} {use.path}
            </code>{" "}
            <span className="text-ink-2">
              {use.status} · <Time at={use.at} /> · from {use.address}
            </span>
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="self-start" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          Show more uses
        </Button>
      )}
    </>
  );
}
