import { useState } from "react";
import { Paged } from "../../components/ui/Paged";
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
  const query = useKeys();
  const keys = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Paged query={query} empty={keys.length === 0} nothing="You have no keys. Create the first one above.">
      <ul className="flex flex-col divide-y divide-line">
        {keys.map((key) => (
          <KeyRow key={key.id} item={key} onRotated={onRotated} />
        ))}
      </ul>
    </Paged>
  );
}
