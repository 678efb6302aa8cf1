import { Button } from "../../../components/ui/Button";
import { type Conflict, type Resolution, resolved } from "./merge";
import type { MergeHandle } from "./mergeView";

interface Props {
  readonly conflicts: readonly Conflict[];
  readonly result: string;
  readonly view: React.RefObject<MergeHandle | null>;
}

const RESOLUTIONS: readonly (readonly [Resolution, string])[] = [
  ["mine", "Keep mine"],
  ["theirs", "Take theirs"],
  ["both", "Keep both"],
  ["base", "Take neither"],
];

/** The places where both edits changed the same lines, each with its ways out. */
export function Conflicts({ conflicts, result, view }: Props) {
  const choose = (conflict: Conflict, resolution: Resolution) => {
    view.current?.replace(result.slice(0, conflict.from) + resolved(conflict, resolution) + result.slice(conflict.to));
  };
  if (conflicts.length === 0) return null;
  return (
    <ol aria-label="Conflicts" className="max-h-[45%] shrink-0 overflow-y-auto border-b border-line">
      {conflicts.map((conflict) => (
        <li key={conflict.from} className="border-b border-line px-4 py-3 last:border-b-0">
          <div className="grid gap-x-4 gap-y-2 md:grid-cols-2">
            <Side name="Mine" text={conflict.mine} />
            <Side name="Theirs" text={conflict.theirs} />
          </div>
          <div className="mt-2 flex flex-wrap items-center gap-2">
            {RESOLUTIONS.map(([resolution, label]) => (
              <Button key={resolution} onClick={() => choose(conflict, resolution)}>
                {label}
              </Button>
            ))}
            <Button variant="quiet" onClick={() => view.current?.jump(conflict.line)}>
              Edit at line {conflict.line}
            </Button>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Side({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <figure className="min-w-0">
      <figcaption className="text-xs text-ink-2">{name}</figcaption>
      <pre className="font-mono text-xs whitespace-pre-wrap [font-variant-ligatures:none]">
        {text === "" ? "(these lines are taken away)" : text}
      </pre>
    </figure>
  );
}
