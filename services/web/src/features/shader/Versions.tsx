import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { minute } from "../../lib/dates";
import { countKept } from "../shaders/EarlierVersions";
import { CompareLink } from "./Difference";
import { type Shader, useVersions, type VersionSummary } from "./queries";

interface Props {
  readonly shader: Shader;
  readonly shown: number;
  /** The first that the viewer may see. */
  readonly oldest: number;
}

/** All versions, the newest first, with links to each and to its diff with the one before. */
export function Versions({ shader, shown, oldest }: Props) {
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useVersions(shader.id);
  const versions = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="versions-title">
      <h2 id="versions-title" className="mb-1 text-sm font-medium">
        Versions
      </h2>
      <ol reversed className="flex flex-col">
        {versions.map((version) => (
          <Row
            key={version.version}
            shader={shader}
            version={version}
            isShown={version.version === shown}
            isFirst={version.version === oldest}
          />
        ))}
      </ol>
      {hasNextPage && (
        <Button variant="quiet" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show older ones
        </Button>
      )}
    </section>
  );
}

interface RowProps {
  readonly shader: Shader;
  readonly version: VersionSummary;
  readonly isShown: boolean;
  readonly isFirst: boolean;
}

function Row({ shader, version, isShown, isFirst }: RowProps) {
  const number = version.version;
  const to = number === shader.version ? `/s/${shader.id}` : `/s/${shader.id}/v/${number}`;
  return (
    <li className="flex items-baseline gap-3 border-t border-line py-1.5 text-sm pointer-coarse:py-3">
      <Link
        to={to}
        aria-current={isShown ? "page" : undefined}
        className="flex-none hover:underline aria-[current]:font-semibold"
      >
        Version {number}
      </Link>
      <span className="min-w-0 flex-1 text-ink-2">
        {noteOf(version)}
        <time dateTime={version.created_at} className="block text-xs">
          {minute(version.created_at)}
          {number <= countKept(shader, shader.visibility) && ", only you see it"}
        </time>
      </span>
      {!isFirst && <CompareLink id={shader.id} version={number} from={number - 1} />}
    </li>
  );
}

function noteOf({ note, restored_from, render_status }: VersionSummary): string {
  const words = note || (restored_from === null ? "" : `Version ${restored_from} again`);
  return render_status === "failed" ? `${words} (no picture: it failed)`.trim() : words;
}
