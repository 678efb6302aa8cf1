import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { Select } from "../../components/ui/Select";
import { count } from "../../lib/labels";
import { type DiffRow, rowsOf } from "./diffRows";
import { useDifference } from "./queries";

interface Props {
  readonly id: string;
  readonly from: number;
  readonly to: number;
  /** Of those that the viewer may see. */
  readonly oldest: number;
  readonly newest: number;
  readonly onFrom: (from: number) => void;
  readonly onClose: () => void;
}

/** The diff of two versions, in place of the code. */
export function Difference({ id, from, to, oldest, newest, onFrom, onClose }: Props) {
  const { data, error } = useDifference(id, from, to);
  const versions = Array.from({ length: newest - oldest + 1 }, (_, index) => newest - index).filter(
    (one) => one !== to,
  );
  return (
    <section aria-labelledby="diff-title" className="min-w-0">
      <header className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line">
        <h2 id="diff-title" className="flex-1 text-sm font-medium">
          Version {to} compared with{" "}
          <Select
            label="Compare with version"
            value={from}
            options={versions.map((version) => [version, String(version)])}
            onChange={onFrom}
          />
        </h2>
        <Button variant="quiet" onClick={onClose}>
          Show the code
        </Button>
      </header>
      {error !== null && <p className="py-4 text-sm text-ink-2">{error.message}</p>}
      {data !== undefined && <Hunks difference={data} />}
    </section>
  );
}

function Hunks({ difference }: { readonly difference: Schemas["Difference"] }) {
  if (difference.hunks.length === 0) {
    return <p className="py-4 text-sm text-ink-2">The code of both versions is the same.</p>;
  }
  return (
    <>
      <p className="py-2 text-xs text-ink-2">
        {count(difference.added, "line")} added, {difference.removed} removed
      </p>
      {difference.hunks.map((hunk) => (
        <table
          key={hunk.new_start}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
          tabIndex={0}
          className="mb-2 block w-full overflow-x-auto border-t border-line font-mono text-xs leading-5 [overflow-wrap:normal]"
        >
          <caption className="sr-only">From line {hunk.new_start}</caption>
          <tbody>
            {rowsOf(hunk).map((row) => (
              <Row key={`${row.old}:${row.new}`} row={row} />
            ))}
          </tbody>
        </table>
      ))}
    </>
  );
}

const SIGNS = { equal: ["", " "], delete: ["text-bad", "-"], insert: ["text-good", "+"] } as const;
const NAMES = { equal: "", delete: "removed: ", insert: "added: " } as const;

function Row({ row }: { readonly row: DiffRow }) {
  const [color, sign] = SIGNS[row.op];
  return (
    <tr>
      <td className="min-w-8 select-none pr-2 text-right align-top text-ink-2">{row.op === "insert" ? "" : row.old}</td>
      <td className="min-w-8 select-none pr-2 text-right align-top text-ink-2">{row.op === "delete" ? "" : row.new}</td>
      <td className={`whitespace-pre [tab-size:4] ${color}`}>
        <span className="sr-only">{NAMES[row.op]}</span>
        <span aria-hidden="true">{sign} </span>
        {row.text}
      </td>
    </tr>
  );
}

export function CompareLink({
  id,
  version,
  from,
}: {
  readonly id: string;
  readonly version: number;
  readonly from: number;
}) {
  return (
    <Link to={`/s/${id}/v/${version}?compare=${from}`} className="text-ink-2 underline hover:text-ink">
      Compare
      <span className="sr-only">
        {" "}
        version {version} with version {from}
      </span>
    </Link>
  );
}
