import type { ReactNode } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { Paged } from "../../components/ui/Paged";
import { toastError } from "../../components/ui/toastStore";
import { count } from "../../lib/labels";
import { Parts } from "../shaders/desires/Parts";
import { type Bridge, useBridge, useBridges } from "./queries";

type Near = Bridge["near"][number];

/** Wishes that may be one, the most wanted first. */
export function Bridges() {
  const query = useBridges();
  const bridges = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="flex flex-col gap-4">
      <p className="max-w-2xl text-sm text-ink-2">
        These look alike and are not joined. Merge two that are one wish: their people count together, and their authors
        are told. Two that are different are not shown again.
      </p>
      <Paged query={query} empty={bridges.length === 0} nothing="No two wishes look like one.">
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {bridges.map((bridge) => (
            <li key={bridge.cluster} className="flex flex-col gap-8 py-6">
              {bridge.near.map((near) => (
                <Pair key={near.cluster} bridge={bridge} near={near} />
              ))}
            </li>
          ))}
        </ul>
      </Paged>
    </div>
  );
}

interface PairProps {
  readonly bridge: Bridge;
  readonly near: Near;
}

function Pair({ bridge, near }: PairProps) {
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
        <Side desire={bridge.desire} parts={near.mine} people={bridge.people} wordings={bridge.wordings} />
        <Side desire={near.desire} parts={near.theirs} people={near.people} wordings={near.wordings} />
      </div>
      <Judge bridge={bridge} near={near} />
    </div>
  );
}

type SideProps = Pick<Near, "desire" | "people" | "wordings"> & { readonly parts: Near["mine"] };

function Side({ desire, parts, people, wordings }: SideProps) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <p className="text-ink-2 [overflow-wrap:anywhere]">
        <Link to={`/desires/${desire}`} className="hover:underline">
          <Parts parts={parts} />
        </Link>
      </p>
      <p className="text-sm text-ink-2">
        {count(people, "person", "people")}
        {wordings > 1 && ` · ${count(wordings, "wording")}`}
      </p>
    </div>
  );
}

function Judge({ bridge, near }: PairProps) {
  const { merge, part, undo } = useBridge(bridge.cluster, near.cluster);
  if (part.isSuccess) return <Said>Different wishes. They are not shown again.</Said>;
  if (merge.data !== undefined) {
    const { batch } = merge.data;
    return (
      <Said>
        One wish now.
        <Button variant="quiet" disabled={undo.isPending} onClick={() => undo.mutate(batch, { onError: toastError })}>
          Undo
        </Button>
      </Said>
    );
  }
  const busy = merge.isPending || part.isPending;
  return (
    <p className="flex flex-wrap gap-2">
      <Button disabled={busy} onClick={() => merge.mutate(undefined, { onError: toastError })}>
        One wish: merge
      </Button>
      <Button variant="quiet" disabled={busy} onClick={() => part.mutate(undefined, { onError: toastError })}>
        They are different
      </Button>
    </p>
  );
}

function Said({ children }: { readonly children: ReactNode }) {
  return (
    <p role="status" className="flex flex-wrap items-center gap-3 text-sm text-ink-2">
      {children}
    </p>
  );
}
