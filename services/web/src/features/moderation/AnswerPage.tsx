import { ApiError } from "../../api/problem";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { useLinkToken } from "../../lib/linkToken";
import { useTitle } from "../../lib/title";
import { AnswerForm } from "./AnswerForm";
import { DecisionItem } from "./DecisionItem";
import { type Decision, useAnswerByLink, useDecisionsByLink } from "./queries";

/** Where the link in the mail about a suspension leads: an answer needs no sign-in there. */
export function AnswerPage() {
  useTitle("Answer a decision");
  const token = useLinkToken();
  if (token === "") {
    return <EmptyState title="This link is not whole">Open it from the mail once more, or copy all of it.</EmptyState>;
  }
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-6 px-4 py-8">
      <h1 className="text-xl font-medium">Answer a decision</h1>
      <Decisions token={token} />
    </div>
  );
}

function Decisions({ token }: { readonly token: string }) {
  const { data, error, refetch } = useDecisionsByLink(token);
  if (error instanceof ApiError && error.code === "link_over") return <Over />;
  if (error !== null) return <LoadFailure error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <p role="status">Loading…</p>;
  if (data.length === 0) {
    return <p>There is nothing to answer any more: it was answered, or moderators decided anew.</p>;
  }
  return (
    <>
      <p className="text-ink-2">
        Your account is suspended. Say what moderators should know of {data.length === 1 ? "this" : "these"}: they look
        at it again, and decide for good.
      </p>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {data.map((one) => (
          <Item key={one.id} decision={one} token={token} />
        ))}
      </ul>
    </>
  );
}

function Over() {
  return (
    <div className="flex flex-col items-start gap-4">
      <p>
        This link is not good any more: everything is answered, a newer mail has another one, or your account was
        restored. Who can sign in answers there.
      </p>
      <ButtonLink to="/decisions">See the decisions about what is yours</ButtonLink>
    </div>
  );
}

function Item({ decision, token }: { readonly decision: Decision; readonly token: string }) {
  const answer = useAnswerByLink(token, decision.id);
  return (
    <DecisionItem decision={answer.data ?? decision} linked={false}>
      {!answer.isSuccess && <AnswerForm title={decision.title} answer={answer} />}
    </DecisionItem>
  );
}
