import { useRef } from "react";
import { useMayMove } from "../lib/motion";
import { useAttention } from "./useAttention";
import { useCardKeys } from "./useCardKeys";
import { useRecorded } from "./useRecorded";
import { useOwnVotes } from "./votes";
import { type Attention, WorkCard } from "./WorkCard";
import { bestOf } from "./workLayout";
import type { Work } from "./works";

interface Props {
  /** For screen readers: what this is a list of. */
  readonly label: string;
  readonly pages: readonly (readonly Work[])[];
  /** Shows the best work of each page larger. */
  readonly large?: boolean;
  /** Whether the feed learns from what is looked at here. */
  readonly recorded?: boolean;
}

/** Pictures from edge to edge. */
export function WorkGrid({ label, pages, large = false, recorded = false }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { pointed, focused, inView, handlers } = useAttention(list);
  const keys = useCardKeys(list);
  const moving = useMayMove();
  const works = pages.flat();
  const best = new Set(large ? pages.map(bestOf) : []);
  useRecorded(list, recorded, works.length, pointed ?? focused);
  const attention = (id: string): Attention =>
    id === pointed || id === focused ? "asked" : id === inView ? "in view" : null;
  return (
    <div className="@container">
      {pages.map((page) => page[0] && <OwnVotes key={page[0].id} page={page} />)}
      <ul ref={list} aria-label={label} className="works" {...handlers} {...keys}>
        {works.map((work, index) => (
          <WorkCard
            key={work.id}
            work={work}
            index={index}
            large={best.has(work.id)}
            attention={attention(work.id)}
            moving={moving}
          />
        ))}
      </ul>
    </div>
  );
}

function OwnVotes({ page }: { readonly page: readonly Work[] }) {
  useOwnVotes(page);
  return null;
}

/** The place of a page that is still to come, in the colours of pictures. */
export function WorkGridSkeleton({ colors }: { readonly colors: readonly string[] }) {
  return (
    <div className="@container" role="status" aria-label="Loading works">
      <ul aria-hidden="true" className="works">
        {Array.from({ length: 20 }, (_, n) => colors[n % Math.max(1, colors.length)]).map((color, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places have nothing but their number.
          <li key={n} className="work flex flex-col opacity-60">
            <div className="aspect-video flex-none" style={{ backgroundColor: color ?? "var(--raised)" }} />
            <div className="work-caption" />
          </li>
        ))}
      </ul>
    </div>
  );
}
