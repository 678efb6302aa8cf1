import { Link, useParams } from "react-router";
import { isMissing } from "../../api/problem";
import { useSession } from "../../api/session";
import { EmptyState } from "../../components/ui/EmptyState";
import { day } from "../../lib/dates";
import { licenceName } from "../../lib/licences";
import { stillOf } from "../../lib/stills";
import { useTitle } from "../../lib/title";
import { useDesire } from "../shaders/desires/queries";
import { STATES, wanted } from "../shaders/desires/wanted";
import { Answers } from "./Answers";
import { Bounty } from "./bounty/Bounty";
import { DesireActions } from "./DesireActions";
import { Group } from "./Group";
import { LikeWishes } from "./LikeWishes";
import type { Desire } from "./queries";

/** The page of a desire: the wish, the pictures that answer it, and who wants the same in other words. */
export function DesirePage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useDesire(id);
  useTitle(data?.prompt ?? "Desire");
  if (data !== undefined) return <DesireView key={id} desire={data} />;
  if (error === null) return <div role="status" aria-label="Loading" className="h-[calc(100dvh-3rem)]" />;
  if (isMissing(error)) {
    return (
      <EmptyState title="There is no such desire">
        It was taken back, or the address has a mistake in it. <Link to="/desires">All desires</Link>
      </EmptyState>
    );
  }
  return (
    <EmptyState title="The desire could not be loaded" action={{ label: "Try again", onAct: () => void refetch() }}>
      {error.message}
    </EmptyState>
  );
}

function DesireView({ desire }: { readonly desire: Desire }) {
  const handle = useSession(({ account }) => account?.handle);
  const isAuthor = handle === desire.author.handle;
  return (
    <article className="flex flex-col gap-10 pb-12 pt-8">
      <header className="mx-auto flex w-full max-w-4xl flex-col gap-5 px-4">
        <h1 className="whitespace-pre-line text-xl font-medium sm:text-2xl [overflow-wrap:anywhere]">
          {desire.prompt}
        </h1>
        <Facts desire={desire} />
        {desire.hidden_reason !== null && (
          <p className="border-l-2 border-bad pl-3 text-sm">
            <span className="font-medium">Hidden by a moderator:</span> {desire.hidden_reason}
          </p>
        )}
        <DesireActions desire={desire} isAuthor={isAuthor} />
        {isAuthor && <Group desire={desire} />}
      </header>
      <Bounty desire={desire} />
      <Answers desire={desire} isAuthor={isAuthor} />
      <References desire={desire} />
      <LikeWishes desire={desire} isAuthor={isAuthor} />
    </article>
  );
}

function Facts({ desire }: { readonly desire: Desire }) {
  const { author, state, licence, style_hints: style, deadline, expires_at: expires, difference } = desire;
  return (
    <div className="flex flex-col gap-2 text-ink-2">
      <p>
        {state === "open" ? wanted(desire) : STATES[state]} ·{" "}
        <Link to={`/u/${author.handle}`} className="text-ink underline">
          {author.display_name}
        </Link>
        , {day(desire.created_at)}
      </p>
      {difference && <p>{difference}</p>}
      <p className="flex flex-wrap gap-x-4 text-sm">
        {style.length > 0 && <span>{style.map((tag) => `#${tag}`).join(" ")}</span>}
        {licence && <span>wanted under {licenceName(licence)}</span>}
        {state === "open" && <span>open until {day(deadline ?? expires)}</span>}
      </p>
    </div>
  );
}

function References({ desire: { references } }: { readonly desire: Desire }) {
  if (references.length === 0) return null;
  return (
    <section aria-labelledby="references-title" className="mx-auto w-full max-w-4xl px-4">
      <h2 id="references-title" className="pb-2 text-sm font-medium">
        Somewhat like
      </h2>
      <ul className="grid grid-cols-2 gap-1 sm:grid-cols-4">
        {references.map((shader) => (
          <li key={shader.id}>
            <Link to={`/s/${shader.id}`} className="block text-sm hover:underline">
              <span
                className="block aspect-video bg-raised"
                style={{ backgroundColor: shader.average_color ?? undefined }}
              >
                {shader.still_url && (
                  <img
                    {...stillOf(shader, "(min-width: 640px) 14rem, 50vw")}
                    alt=""
                    loading="lazy"
                    className="size-full object-cover"
                  />
                )}
              </span>
              {shader.title}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
