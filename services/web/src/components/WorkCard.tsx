import { memo } from "react";
import { Link } from "react-router";
import { licenceName } from "../lib/licences";
import { AI_LABELS } from "../lib/words";
import { useVoteState } from "./votes";
import { WorkActions } from "./WorkActions";
import { WorkMoving } from "./WorkMoving";
import type { Work } from "./works";

/** `asked`: by pointer or keyboard. `in view`: in the middle of a screen that has no pointer. */
export type Attention = "asked" | "in view" | null;

interface Props {
  readonly work: Work;
  readonly index: number;
  readonly large: boolean;
  readonly attention: Attention;
  readonly moving: boolean;
}

const EAGER = 10;
const URGENT = 3;

/** A picture with its line. The link of the title covers the whole card; what lies over it has links of its own. */
export const WorkCard = memo(function WorkCard({ work, index, large, attention, moving }: Props) {
  const far = index >= EAGER ? "[content-visibility:auto]" : "";
  return (
    <li data-work={work.id} className={`work relative flex min-w-0 flex-col ${large ? "work-large" : ""} ${far}`}>
      <div
        className="relative aspect-video flex-none overflow-hidden"
        style={{ backgroundColor: work.average_color ?? "var(--raised)" }}
      >
        <Still work={work} index={index} />
        {attention !== null && moving && (
          <WorkMoving work={work} live={attention === "asked" && (large || work.preview_url === null)} />
        )}
      </div>
      <Caption work={work} acting={attention === "asked"} />
    </li>
  );
});

function Still({ work, index }: { readonly work: Work; readonly index: number }) {
  if (work.still_url === null) {
    const failed = work.render_status === "failed";
    return (
      <p className="grid size-full place-items-center p-2 text-center text-xs text-ink-2">
        {failed ? "There is no picture: it could not be drawn" : "The picture is being drawn"}
      </p>
    );
  }
  return (
    <img
      src={work.still_url}
      alt=""
      width={640}
      height={360}
      loading={index < EAGER ? "eager" : "lazy"}
      fetchPriority={index < URGENT ? "high" : "auto"}
      decoding="async"
      className="size-full object-cover"
    />
  );
}

function Caption({ work, acting }: { readonly work: Work; readonly acting: boolean }) {
  return (
    <div className="work-caption text-sm">
      <Link data-card="" to={`/s/${work.id}`} className="work-title truncate font-medium outline-none">
        {work.title}
      </Link>
      <Score work={work} />
      <Link
        to={`/u/${work.author.handle}`}
        tabIndex={-1}
        className="work-author relative z-10 truncate text-ink-2 hover:text-ink"
      >
        {work.author.display_name}
      </Link>
      <div className="work-facts">
        {acting ? (
          <WorkActions work={work} />
        ) : (
          <p className="flex text-xs leading-6 text-ink-2">
            <span className="truncate">{licenceName(work.licence)}</span>
            <span aria-hidden="true" className="px-1.5">
              ·
            </span>
            <span className="whitespace-nowrap">{AI_LABELS[work.ai_label]}</span>
          </p>
        )}
      </div>
    </div>
  );
}

function Score({ work }: { readonly work: Work }) {
  const { score, value } = useVoteState(work);
  const own = value === "up" ? "text-accent" : "text-ink-2";
  return (
    <p className={`work-score ${own}`}>
      <span aria-hidden="true" className="mr-1 text-[0.625rem]">
        ▲
      </span>
      {score}
      <span className="sr-only">{score === 1 ? " vote" : " votes"}</span>
    </p>
  );
}
