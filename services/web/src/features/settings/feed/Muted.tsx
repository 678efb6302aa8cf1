import { Button } from "../../../components/ui/Button";
import { LoadFailure } from "../../../components/ui/LoadFailure";
import { toastError } from "../../../components/ui/toastStore";
import { SHADER_CHOICES } from "../../../lib/shaderChoices";
import { Section } from "../Section";
import { type Mute, useMutes, useUnmute } from "./queries";

/** What the account's feed shows no more of. */
export function Muted() {
  const { data, error, refetch } = useMutes();
  const unmute = useUnmute();
  return (
    <Section title="What it shows no more of" note="Chosen in the menu of a card. Nobody is told.">
      <LoadFailure error={error} onRetry={() => void refetch()} />
      {data?.items.length === 0 && <p className="text-sm text-ink-2">Nothing so far.</p>}
      <ul className="flex flex-col divide-y divide-line">
        {data?.items.map((mute) => (
          <li key={`${mute.kind} ${mute.name}`} className="flex items-center justify-between gap-4 py-2">
            <span className="min-w-0 truncate">
              {nameOf(mute)} <span className="text-sm text-ink-2">{KINDS[mute.kind]}</span>
            </span>
            <Button onClick={() => unmute.mutate(mute, { onError: toastError })} disabled={unmute.isPending}>
              Show again<span className="sr-only"> {nameOf(mute)}</span>
            </Button>
          </li>
        ))}
      </ul>
    </Section>
  );
}

const KINDS: Record<Mute["kind"], string> = {
  tag: "tag",
  author: "author",
  shader: "work",
  ai_label: "how it was made",
};

function nameOf({ kind, name, title }: Mute): string {
  if (kind === "ai_label") return SHADER_CHOICES.ai_label.labels[name as "human"] ?? name;
  return kind === "tag" ? `#${name}` : (title ?? name);
}
