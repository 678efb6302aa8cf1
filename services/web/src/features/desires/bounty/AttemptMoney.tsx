import { useState } from "react";
import { Button } from "../../../components/ui/Button";
import { ConfirmDialog } from "../../../components/ui/ConfirmDialog";
import { toast, toastError } from "../../../components/ui/toastStore";
import { WordsDialog } from "../../../components/ui/WordsDialog";
import { day } from "../../../lib/dates";
import { formErrorsOf } from "../../../lib/formErrors";
import { isPoints, said } from "../../../lib/money";
import type { Bounty, Pledge } from "../../shaders/payments/queries";
import { type Attempt, useAccept, useAskForChanges, useObject, useSendAgain } from "./queries";

interface Props {
  readonly bounty: Bounty;
  readonly attempt: Attempt;
  readonly isRequester: boolean;
  readonly isArtist: boolean;
}

const OFFERED: ReadonlySet<Attempt["state"]> = new Set(["submitted", "changes_asked", "partly_accepted"]);

/** Below the picture of an answer: what waits for it, what was said, and what one decides by one's own pledges. */
export function AttemptMoney({ bounty, attempt, isRequester, isArtist }: Props) {
  const { waiting, accepted, net, by_agent: byAgent, accepts_at: until } = attempt;
  const waits = waiting.amount > 0;
  const own = OFFERED.has(attempt.state)
    ? bounty.own.filter(({ state }) => state === "in_review" || state === "contested")
    : [];
  return (
    <div className="flex flex-col gap-2 px-3 text-sm text-ink-2">
      <p>
        {byAgent && "Made by an agent. "}
        {waits && `${said(waiting)} wait for it${until ? ` and count as accepted from ${day(until)}` : ""}. `}
        {waits && !isPoints(net) && `Its author gets ${said(net)}. `}
        {accepted.amount > 0 && <span className="text-good">Accepted by {said(accepted)}.</span>}
      </p>
      <Changes {...{ bounty, attempt, isRequester, isArtist }} />
      {attempt.objections.map((one) => (
        <blockquote key={`${one.at} ${one.reason}`} className="border-l-2 border-bad pl-3 [overflow-wrap:anywhere]">
          <span className="text-ink">{one.by?.display_name ?? "A deleted account"} objects:</span> {one.reason}
        </blockquote>
      ))}
      {own.map((pledge) => (
        <Decide key={pledge.id} pledge={pledge} attempt={attempt} />
      ))}
    </div>
  );
}

function Changes({ bounty, attempt, isRequester, isArtist }: Props) {
  const [asks, setAsks] = useState(false);
  const ask = useAskForChanges(bounty.desire_id, attempt.id);
  const again = useSendAgain(bounty.desire_id, attempt.id);
  const { changes, changes_until: until, state, waiting } = attempt;
  const open = state === "changes_asked";
  const mayAsk = isRequester && changes === null && state === "submitted" && waiting.amount > 0;
  if (changes === null && !mayAsk) return null;
  return (
    <>
      {changes !== null && (
        <blockquote className="border-l-2 border-line pl-3 [overflow-wrap:anywhere]">
          <span className="text-ink">Changes asked for{open && until ? `, until ${day(until)}` : ""}:</span> {changes}
        </blockquote>
      )}
      {open && isArtist && (
        <p className="flex flex-wrap items-center gap-2">
          Publish a new version with them, then
          <Button
            disabled={again.isPending}
            onClick={() =>
              again.mutate(undefined, { onSuccess: () => toast("It is sent in again."), onError: toastError })
            }
          >
            Send it in again
          </Button>
        </p>
      )}
      {mayAsk && (
        <Button variant="quiet" className="-ml-3 self-start" onClick={() => setAsks(true)}>
          Ask for changes
        </Button>
      )}
      {asks && (
        <WordsDialog
          title={`Ask for changes to "${attempt.title}"`}
          label="What should be changed"
          hint="One asks once. The artist has 7 days; the time to decide then begins anew."
          field="wanted"
          action="Ask for changes"
          done="The artist is told."
          change={ask}
          onClose={() => setAsks(false)}
        />
      )}
    </>
  );
}

interface DecideProps {
  readonly pledge: Pledge;
  readonly attempt: Attempt;
}

/** One's own pledge: it accepts this answer, or objects to the one that it waits for. */
function Decide({ pledge, attempt }: DecideProps) {
  const [open, setOpen] = useState<"accept" | "object" | null>(null);
  const object = useObject(pledge.id);
  const amount = said(pledge.money);
  const close = () => setOpen(null);
  return (
    <p className="flex flex-wrap items-center gap-2">
      <Button onClick={() => setOpen("accept")}>
        Accept by {amount}
        <span className="sr-only"> the answer {attempt.title}</span>
      </Button>
      {pledge.state === "in_review" && pledge.answer_id === attempt.id && (
        <Button variant="quiet" onClick={() => setOpen("object")}>
          Object<span className="sr-only"> to the answer {attempt.title}</span>
        </Button>
      )}
      {open === "accept" && <Accept pledge={pledge} attempt={attempt} onClose={close} />}
      {open === "object" && (
        <WordsDialog
          title={`Object to "${attempt.title}"`}
          label="Why it is not what you pledged for"
          hint={`The artist and the operator read it. The operator decides about your ${amount}; other pledges go on.`}
          field="reason"
          action="Object"
          done="The operator decides about your pledge."
          change={object}
          onClose={close}
        />
      )}
    </p>
  );
}

function Accept({ pledge, attempt, onClose }: DecideProps & { readonly onClose: () => void }) {
  const { mutate, error, isPending } = useAccept(pledge.id, attempt.id);
  const amount = said(pledge.money);
  const onSuccess = () => {
    toast(`${amount} for ${attempt.author.display_name}.`);
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Accept "${attempt.title}" by ${amount}?`}
      action="Accept"
      variant="main"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p>Your pledge is paid to {attempt.author.display_name}. Nothing takes that back.</p>
    </ConfirmDialog>
  );
}
