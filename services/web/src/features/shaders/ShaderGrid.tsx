import { useRef } from "react";
import { useMayMove } from "../../lib/useMayMove";
import { bestOf } from "./cardLayout";
import { type Activity, ShaderCard } from "./ShaderCard";
import type { ShaderSummary } from "./shaderPages";
import { useActiveCard } from "./useActiveCard";
import { useCardKeys } from "./useCardKeys";
import { useFeedEvents } from "./useFeedEvents";
import { useOwnVotes } from "./votes";

interface Props {
  /** The name of the list for screen readers. */
  readonly label: string;
  readonly pages: readonly (readonly ShaderSummary[])[];
  /** Shows the best shader of each page larger. */
  readonly large?: boolean;
  /** Whether impressions and dwells are recorded for the feed. */
  readonly recorded?: boolean;
}

/** A grid of cards. */
export function ShaderGrid({ label, pages, large = false, recorded = false }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { pointed, focused, inView, handlers } = useActiveCard(list);
  const keys = useCardKeys(list);
  const moving = useMayMove();
  const shaders = pages.flat();
  const best = new Set(large ? pages.map(bestOf) : []);
  useFeedEvents(list, recorded, shaders.length, pointed ?? focused);
  const activity = (id: string): Activity =>
    id === pointed || id === focused ? "selected" : id === inView ? "centered" : null;
  return (
    <div className="@container">
      {pages.map((page) => page[0] && <OwnVotes key={page[0].id} page={page} />)}
      <ul ref={list} aria-label={label} className="shader-grid" {...handlers} {...keys}>
        {shaders.map((shader, index) => (
          <ShaderCard
            key={shader.id}
            shader={shader}
            index={index}
            large={best.has(shader.id)}
            activity={activity(shader.id)}
            moving={moving}
          />
        ))}
      </ul>
    </div>
  );
}

function OwnVotes({ page }: { readonly page: readonly ShaderSummary[] }) {
  useOwnVotes(page);
  return null;
}

/** The placeholder of a page that loads, in the given colours. */
export function ShaderGridSkeleton({ colors }: { readonly colors: readonly string[] }) {
  return (
    <div className="@container" role="status" aria-label="Loading shaders">
      <ul aria-hidden="true" className="shader-grid">
        {Array.from({ length: 20 }, (_, n) => colors[n % Math.max(1, colors.length)]).map((color, n) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the places have nothing but their number.
          <li key={n} className="shader-card flex flex-col opacity-60">
            <div className="aspect-video flex-none" style={{ backgroundColor: color ?? "var(--raised)" }} />
            <div className="shader-caption" />
          </li>
        ))}
      </ul>
    </div>
  );
}
