import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { type HasStill, stillOf } from "../../lib/stills";
import { type Shader, useForks, useLineage } from "./queries";

type Node = Schemas["LineageNode"];

/** The ancestors and forks of a shader, as a tree with thumbnails. */
export function Lineage({ shader }: { readonly shader: Shader }) {
  const lineage = useLineage(shader.id, shader.parent !== null);
  const forks = useForks(shader.id, shader.forks > 0);
  const ancestors = lineage.data?.ancestors ?? [];
  const made = forks.data?.items ?? [];
  if (shader.parent === null && shader.forks === 0) return null;
  return (
    <section aria-labelledby="lineage-title">
      <h2 id="lineage-title" className="mb-2 text-sm font-medium">
        Lineage
      </h2>
      <ol className="flex flex-col gap-1">
        {ancestors.map((node, depth) => (
          <Branch key={node.id} depth={depth}>
            <Ancestor node={node} />
          </Branch>
        ))}
        <Branch depth={ancestors.length}>
          <Leaf title={shader.title} note="this shader" still={shader} color={shader.average_color} />
        </Branch>
        {made.map((fork) => (
          <Branch key={fork.id} depth={ancestors.length + 1}>
            <Link to={`/s/${fork.id}`} className="hover:opacity-85">
              <Leaf
                title={fork.title}
                note={`fork by ${fork.author.display_name}`}
                still={fork}
                color={fork.average_color}
              />
            </Link>
          </Branch>
        ))}
      </ol>
      {forks.data?.next_cursor && <p className="mt-1 text-xs text-ink-2">{shader.forks} forks in all</p>}
    </section>
  );
}

const DEEPEST = 4;

function Branch({ depth, children }: { readonly depth: number; readonly children: React.ReactNode }) {
  const shown = Math.min(depth, DEEPEST);
  return (
    <li className="flex items-center" style={{ paddingLeft: `${Math.max(0, shown - 1) * 1.25}rem` }}>
      {depth > 0 && (
        <span aria-hidden="true" className="mr-2 h-6 w-3 flex-none -translate-y-2 border-b border-l border-line" />
      )}
      {children}
    </li>
  );
}

function Ancestor({ node }: { readonly node: Node }) {
  if (!node.available || node.title == null) {
    return <p className="py-1 text-sm text-ink-2">A shader that is not public any more</p>;
  }
  return (
    <Link to={node.version === null ? `/s/${node.id}` : `/s/${node.id}/v/${node.version}`} className="hover:opacity-85">
      <Leaf
        title={node.title}
        note={`${node.version === null ? "" : `version ${node.version} `}by ${node.author?.display_name ?? "somebody"}`}
        still={node}
        color={node.average_color ?? null}
      />
    </Link>
  );
}

interface LeafProps {
  readonly title: string;
  readonly note: string;
  readonly still: HasStill;
  readonly color: string | null;
}

function Leaf({ title, note, still, color }: LeafProps) {
  const picture = stillOf(still, "64px");
  return (
    <span className="flex items-center gap-2">
      <span
        className="block aspect-video w-16 flex-none bg-raised"
        style={color ? { backgroundColor: color } : undefined}
      >
        {picture && (
          <img {...picture} alt="" loading="lazy" width={64} height={36} className="size-full object-cover" />
        )}
      </span>
      <span className="min-w-0 text-sm leading-4">
        <span className="line-clamp-1">{title}</span>
        <span className="line-clamp-1 text-xs text-ink-2">{note}</span>
      </span>
    </span>
  );
}
