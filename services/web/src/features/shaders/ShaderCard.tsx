import { Fragment, type MouseEvent, memo } from "react";
import { Link } from "react-router";
import { FlashButton } from "../../components/player/FlashNotice";
import { playAnyway } from "../../lib/flashes";
import { licenceName } from "../../lib/licences";
import { choicesWith } from "../../lib/shaderChoices";
import { CARD_SIZES, LARGE_CARD_SIZES, stillOf } from "../../lib/stills";
import { useAsksFirst } from "../../lib/useAsksFirst";
import { CardActions } from "./CardActions";
import { CardPreview } from "./CardPreview";
import { FeedCardMenu } from "./FeedCardMenu";
import type { ShaderSummary } from "./shaderPages";
import { useVoteState } from "./votes";

/** `selected`: under the pointer or focused. `centered`: in the middle of a screen that has no pointer. */
export type Activity = "selected" | "centered" | null;

interface Props {
  readonly shader: ShaderSummary;
  readonly index: number;
  readonly large: boolean;
  readonly activity: Activity;
  readonly moving: boolean;
}

const EAGER = 10;
const URGENT = 3;
const CHOICES = choicesWith("card");

/** A card of a grid. The link of the title covers the whole card; other links lie above it. */
export const ShaderCard = memo(function ShaderCard({ shader, index, large, activity, moving }: Props) {
  const asks = useAsksFirst(shader);
  const far = index >= EAGER ? "[content-visibility:auto]" : "";
  return (
    <li
      data-shader={shader.id}
      className={`shader-card relative flex min-w-0 flex-col ${large ? "shader-card-large" : ""} ${far}`}
    >
      <div
        className="relative aspect-video flex-none overflow-hidden"
        style={{ backgroundColor: shader.average_color ?? "var(--raised)" }}
      >
        <Still shader={shader} index={index} large={large} />
        {activity !== null && moving && asks && <FlashButton onPlay={(event) => play(event, shader.id)} />}
        {activity !== null && moving && !asks && (
          <CardPreview shader={shader} live={activity === "selected" && (large || shader.preview_url === null)} />
        )}
      </div>
      <Caption shader={shader} acting={activity === "selected"} />
    </li>
  );
});

/** The button goes, and with it the focus that keeps a card active. */
function play({ currentTarget }: MouseEvent<HTMLElement>, id: string): void {
  currentTarget.closest("li")?.querySelector<HTMLElement>("[data-card]")?.focus();
  playAnyway(id);
}

function Still({ shader, index, large }: Pick<Props, "shader" | "index" | "large">) {
  const still = stillOf(shader, large ? LARGE_CARD_SIZES : CARD_SIZES);
  if (still === null) {
    const failed = shader.render_status === "failed";
    return (
      <p className="grid size-full place-items-center p-2 text-center text-xs text-ink-2">
        {failed ? "There is no picture: it could not be drawn" : "The picture is being drawn"}
      </p>
    );
  }
  return (
    <img
      {...still}
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

function Caption({ shader, acting }: { readonly shader: ShaderSummary; readonly acting: boolean }) {
  return (
    <div className="shader-caption text-sm">
      <Link data-card="" to={`/s/${shader.id}`} className="shader-title truncate font-medium outline-none">
        {shader.title}
      </Link>
      <Score shader={shader} />
      <Link
        to={`/u/${shader.author.handle}`}
        tabIndex={-1}
        className="shader-author relative z-10 truncate text-ink-2 hover:text-ink"
      >
        {shader.author.display_name}
      </Link>
      <div className="shader-facts">{acting ? <CardActions shader={shader} /> : <Facts shader={shader} />}</div>
      {shader.reasons && <FeedCardMenu shader={shader} acting={acting} />}
    </div>
  );
}

function Facts({ shader }: { readonly shader: ShaderSummary }) {
  if (shader.awaits_review) return <p className="truncate text-xs leading-6 text-ink-2">Waits for a moderator</p>;
  return (
    <p className="flex min-w-0 text-xs leading-6 text-ink-2">
      <span className="truncate">{licenceName(shader.licence)}</span>
      {CHOICES.map(([name, { labels }]) => (
        <Fragment key={name}>
          <span aria-hidden="true" className="px-1.5">
            ·
          </span>
          <span className="whitespace-nowrap">{labels[shader[name]]}</span>
        </Fragment>
      ))}
    </p>
  );
}

function Score({ shader }: { readonly shader: ShaderSummary }) {
  const { score, value } = useVoteState(shader);
  const own = value === "up" ? "text-accent" : "text-ink-2";
  return (
    <p className={`shader-score ${own}`}>
      <span aria-hidden="true" className="mr-1 text-[0.625rem]">
        ▲
      </span>
      {score}
      <span className="sr-only">{score === 1 ? " vote" : " votes"}</span>
    </p>
  );
}
