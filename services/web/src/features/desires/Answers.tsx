import { Link } from "react-router";
import { useSession } from "../../api/session";
import { Button } from "../../components/ui/Button";
import { Paged } from "../../components/ui/Paged";
import { toastError } from "../../components/ui/toastStore";
import { stillOf } from "../../lib/stills";
import { type Bounty, useBounty } from "../shaders/payments/queries";
import { AttemptMoney } from "./bounty/AttemptMoney";
import { type Answer, type Desire, useAnswers, useCluster, useVerdict, type Verdict } from "./queries";

const SIZES = "(min-width: 1024px) 33vw, (min-width: 640px) 50vw, 100vw";

const SAID: Readonly<Record<Answer["state"], string | null>> = {
  submitted: null,
  accepted: "Accepted",
  declined: "Not what was wished for",
  withdrawn: "Taken back",
};

/** One or two stand under the text, not at the edge of a wide page. */
const FEW = "mx-auto w-full max-w-4xl sm:px-4";

interface Props {
  readonly desire: Desire;
  readonly isAuthor: boolean;
}

/** The shaders that answer it, side by side; then those that answer the same wish in other words. */
export function Answers({ desire, isAuthor }: Props) {
  const query = useAnswers(desire.id);
  const found = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const theirs = useAnswersToOthers(desire, found);
  const bounty = useBounty(desire.id).data ?? null;
  return (
    <section aria-labelledby="answers-title" className="flex flex-col gap-4">
      <h2 id="answers-title" className="mx-auto w-full max-w-4xl px-4 text-sm font-medium">
        Answers
      </h2>
      <Paged
        query={query}
        empty={found.length === 0}
        nothing={
          <span className="mx-auto block max-w-4xl px-4">
            {desire.state === "open" ? "Nobody has made it yet." : "Nobody made it."}
          </span>
        }
      >
        <Grid answers={found} bounty={bounty} isAuthor={isAuthor} mayDecide={isAuthor && desire.state === "open"} />
      </Paged>
      {theirs.length > 0 && (
        <>
          <h3 className="mx-auto w-full max-w-4xl px-4 pt-4 text-sm text-ink-2">
            Made for the same wish in other words
          </h3>
          <Grid answers={theirs} bounty={null} isAuthor={isAuthor} mayDecide={false} />
        </>
      )}
    </section>
  );
}

function useAnswersToOthers({ id, cluster }: Desire, own: readonly Answer[]): Answer[] {
  const { data } = useCluster(cluster);
  const shown = new Set(own.map(({ shader }) => shader.id));
  return (data?.fulfilments ?? []).filter(({ desire_id, shader }) => desire_id !== id && !shown.has(shader.id));
}

interface Shown {
  readonly bounty: Bounty | null;
  readonly isAuthor: boolean;
  readonly mayDecide: boolean;
}

function Grid({ answers, ...shown }: Shown & { readonly answers: readonly Answer[] }) {
  return (
    <ul className={`grid gap-x-1 gap-y-6 sm:grid-cols-2 ${answers.length < 3 ? FEW : "lg:grid-cols-3"}`}>
      {answers.map((answer) => (
        <One key={answer.id} answer={answer} {...shown} />
      ))}
    </ul>
  );
}

function One({ answer, bounty, isAuthor, mayDecide }: Shown & { readonly answer: Answer }) {
  const { shader, state } = answer;
  const handle = useSession(({ account }) => account?.handle);
  const verdict = useVerdict(answer);
  const isOwn = handle === shader.author.handle;
  const attempt = bounty?.attempts.find(({ id }) => id === answer.id);
  // Where pledges wait for it, the people who pledged decide, each by their own.
  const mayDecline = attempt === undefined || attempt.waiting.amount === 0;
  const decide = (what: Verdict) => verdict.mutate(what, { onError: toastError });
  return (
    <li className="flex flex-col">
      <Link to={`/s/${shader.id}`} className="block" tabIndex={-1} aria-hidden="true">
        <div className="aspect-video bg-raised" style={{ backgroundColor: shader.average_color ?? undefined }}>
          {shader.still_url && (
            <img {...stillOf(shader, SIZES)} alt="" loading="lazy" className="size-full object-cover" />
          )}
        </div>
      </Link>
      <div className="flex flex-col justify-between gap-2 px-3 pt-2 lg:flex-row lg:items-center">
        <p className="min-w-0">
          <Link to={`/s/${shader.id}`} className="font-medium hover:underline">
            {shader.title}
          </Link>{" "}
          <span className="text-sm text-ink-2">
            {shader.author.display_name}
            {SAID[state] && <span className={state === "accepted" ? "text-good" : ""}> · {SAID[state]}</span>}
          </span>
        </p>
        {state === "submitted" && (mayDecide || isOwn) && (
          <p className="flex gap-2">
            {mayDecide && (
              <>
                <Button disabled={verdict.isPending} onClick={() => decide("accept")}>
                  This is it
                </Button>
                {mayDecline && (
                  <Button variant="quiet" disabled={verdict.isPending} onClick={() => decide("decline")}>
                    Not this
                  </Button>
                )}
              </>
            )}
            {isOwn && (
              <Button variant="quiet" disabled={verdict.isPending} onClick={() => decide("withdraw")}>
                Take back
              </Button>
            )}
          </p>
        )}
      </div>
      {bounty && attempt && <AttemptMoney bounty={bounty} attempt={attempt} isRequester={isAuthor} isArtist={isOwn} />}
    </li>
  );
}
