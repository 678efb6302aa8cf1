import { useState } from "react";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import { KeyForm } from "./KeyForm";
import { KeyRow } from "./KeyRow";
import { NewKey, type ShownKey } from "./NewKey";
import { useKeys } from "./queries";
import { Section } from "./Section";

export function KeySettings() {
  const [made, setMade] = useState<ShownKey | null>(null);
  return (
    <>
      <Section
        title="API keys"
        note="For programs and agents: a key goes wherever your sign-in goes, and may do what its scopes say. It manages no account."
      >
        {made === null ? <KeyForm onMade={setMade} /> : <NewKey made={made} onDone={() => setMade(null)} />}
      </Section>
      <Section title="Your keys" note="Those that have ended stay in this list for 30 days.">
        <KeyList onRotated={setMade} />
      </Section>
    </>
  );
}

function KeyList({ onRotated }: { readonly onRotated: (made: ShownKey) => void }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useKeys();
  const keys = data?.pages.flatMap((page) => page.items) ?? [];
  if (error && data === undefined) {
    return (
      <>
        <FormError>{formErrorsOf(error, {}).rest}</FormError>
        <Button className="self-start" onClick={() => void refetch()}>
          Try again
        </Button>
      </>
    );
  }
  if (data === undefined) return <p role="status">Loading your keys…</p>;
  if (keys.length === 0) return <p className="text-ink-2">You have no keys. Create the first one above.</p>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line">
        {keys.map((key) => (
          <KeyRow key={key.id} item={key} onRotated={onRotated} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="self-start" onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
          Show more keys
        </Button>
      )}
    </>
  );
}
