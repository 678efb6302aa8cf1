import type { ReactNode } from "react";
import type { Schemas } from "../../api/client";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { resetDay } from "../../lib/dates";
import { useUsage } from "./queries";
import { Section } from "./Section";
import { amountOf, megabytes } from "./usage";

export function UsageSettings() {
  const { data, error, refetch } = useUsage();
  return (
    <Section title="Usage" note="What your account has of what it may have. Deleting a shader gives its room back.">
      <LoadFailure error={error} onRetry={() => void refetch()} />
      {!data && !error && <p role="status">Counting…</p>}
      {data && <Amounts usage={data} />}
    </Section>
  );
}

function Amounts({ usage }: { readonly usage: Schemas["Usage"] }) {
  const { drafts, bytes, publishes } = usage;
  return (
    <dl className="flex flex-col divide-y divide-line">
      <Amount name="Drafts" {...drafts} note="Shaders that you never published, private ones too.">
        {amountOf(drafts.used, drafts.limit)}
      </Amount>
      <Amount
        name="Published this month"
        used={publishes.used}
        limit={publishes.limit ?? null}
        note={publishes.limit === null ? undefined : `Begins anew on ${resetDay(publishes.resets_at)}.`}
      >
        {amountOf(publishes.used, publishes.limit ?? null)}
      </Amount>
      <Amount name="Storage" {...bytes} note="Sources, stills and loops of all versions, without the large stills.">
        {megabytes(bytes.used)} of {megabytes(bytes.limit)} MB
      </Amount>
      <Amount name="Versions" note="More of them go into a fork.">
        up to {usage.versions_per_shader} of each shader
      </Amount>
    </dl>
  );
}

interface AmountProps {
  readonly name: string;
  readonly used?: number;
  readonly limit?: number | null;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

/** One line, and a bar of how much is used where there is a bound. */
function Amount({ name, used = 0, limit = null, note, children }: AmountProps) {
  return (
    <div className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 py-3">
      <dt>{name}</dt>
      <dd className="tabular-nums">{children}</dd>
      {limit !== null && (
        <dd aria-hidden className="col-span-2 h-1 overflow-hidden rounded-full bg-line">
          <div className="h-full bg-ink-2" style={{ width: `${Math.min(100, (100 * used) / Math.max(1, limit))}%` }} />
        </dd>
      )}
      {note && <dd className="col-span-2 text-sm text-ink-2">{note}</dd>}
    </div>
  );
}
