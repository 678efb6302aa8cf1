import { useState } from "react";
import { Button, ButtonLink } from "../../../components/ui/Button";
import { Time } from "../../../components/ui/Time";
import { type Draft, nameOf } from "../../../lib/drafts/draft";
import { draftStore } from "../../../lib/drafts/store";

/** What was left unfinished in this browser, to open or throw away. */
export function UnfinishedDrafts({ drafts }: { readonly drafts: readonly Draft[] }) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const left = drafts.filter(({ id }) => !gone.has(id));
  const discard = async (id: string) => {
    await (await draftStore()).remove(id);
    setGone((before) => new Set([...before, id]));
  };
  if (left.length === 0) return <p className="text-sm text-ink-2">Nothing is unfinished any more.</p>;
  return (
    <ul aria-label="Unfinished work" className="border-t border-line">
      {left.map((draft) => (
        <Row key={draft.id} draft={draft} onDiscard={() => discard(draft.id)} />
      ))}
    </ul>
  );
}

function Row({ draft, onDiscard }: { readonly draft: Draft; readonly onDiscard: () => void }) {
  const [sure, setSure] = useState(false);
  const name = nameOf(draft);
  const path = draft.shaderId === null ? "/new" : `/edit/${draft.shaderId}`;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3">
      <div className="min-w-0 flex-1 max-sm:basis-full">
        <p className="truncate font-medium">{name}</p>
        <p className="text-sm text-ink-2">
          {kindOf(draft)}, <Time at={new Date(draft.updatedAt).toISOString()} />
        </p>
      </div>
      <ButtonLink to={`${path}?draft=${draft.id}`} aria-label={`Open ${name}`}>
        Open
      </ButtonLink>
      <Button
        variant={sure ? "danger" : "quiet"}
        aria-label={`${sure ? "Discard for good" : "Discard"}: ${name}`}
        onBlur={() => setSure(false)}
        onClick={() => (sure ? onDiscard() : setSure(true))}
      >
        {sure ? "Discard for good" : "Discard"}
      </Button>
    </li>
  );
}

export function kindOf({ shaderId, origin, base }: Draft): string {
  if (shaderId !== null) return `Edit of version ${base.version}`;
  return origin === null ? "New shader" : `Fork of ${origin.title} by ${origin.author}`;
}
