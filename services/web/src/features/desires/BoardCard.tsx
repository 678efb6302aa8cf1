import { Link } from "react-router";
import { Time } from "../../components/ui/Time";
import { count } from "../../lib/labels";
import { said } from "../../lib/money";
import { stillOf } from "../../lib/stills";
import { wanted } from "../shaders/desires/wanted";
import type { Card } from "./queries";
import { answers } from "./words";

const SIZES = "(min-width: 1440px) 360px, (min-width: 1024px) 33vw, (min-width: 640px) 50vw, 100vw";

/** A card of the board: the best answer's picture over the wish, or the wish in its place. The link covers all of it. */
export function BoardCard({ card }: { readonly card: Card }) {
  const { best } = card;
  return (
    <li className="relative flex min-w-0 flex-col">
      {best?.still_url ? (
        <>
          <img
            {...stillOf(best, SIZES)}
            alt={`The answer ${best.title}`}
            width={640}
            height={360}
            loading="lazy"
            className="aspect-video w-full bg-raised object-cover"
          />
          <Wish card={card} className="line-clamp-2 px-3 pt-2 font-medium" />
        </>
      ) : (
        <div className="grid aspect-video place-items-center bg-raised px-8">
          <Wish card={card} className="line-clamp-5 text-balance text-center text-lg" />
        </div>
      )}
      <Facts card={card} />
    </li>
  );
}

function Wish({ card: { id, prompt }, className }: { readonly card: Card; readonly className: string }) {
  return (
    <h2 className={className}>
      <Link to={`/desires/${id}`} className="after:absolute after:inset-0 hover:underline">
        {prompt}
      </Link>
    </h2>
  );
}

function Facts({ card }: { readonly card: Card }) {
  const { wordings, people, state, deadline, bounty } = card;
  return (
    <p className="px-3 pt-1 text-sm text-ink-2">
      {bounty && <span className="font-medium text-ink tabular-nums">{said(bounty.total)} · </span>}
      {wanted(card)}
      {state === "open" && people > 1 && wordings > 1 && `, in ${count(wordings, "wording")}`} · {answers(card)}
      {deadline && (
        <>
          {" "}
          · until <Time at={deadline} />
        </>
      )}
    </p>
  );
}
