import { Paged } from "../../components/ui/Paged";
import { SignedIn } from "../../components/ui/SignedIn";
import { useTitle } from "../../lib/title";
import { AnswerForm } from "./AnswerForm";
import { DecisionItem } from "./DecisionItem";
import { type Decision, useAnswer, useOwnDecisions } from "./queries";

/** What moderators decided about what is one's own, with the reason, and the place for an answer. */
export function DecisionsPage() {
  useTitle("Decisions about what is yours");
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 px-4 py-8">
      <h1 className="text-xl font-medium">Decisions about what is yours</h1>
      <SignedIn>{() => <Decisions />}</SignedIn>
    </div>
  );
}

function Decisions() {
  const query = useOwnDecisions();
  const decisions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Paged
      query={query}
      empty={decisions.length === 0}
      nothing="Moderators have decided nothing about what you made or wished for."
    >
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {decisions.map((one) => (
          <DecisionItem key={one.id} decision={one}>
            {one.answerable && <OwnAnswer decision={one} />}
          </DecisionItem>
        ))}
      </ul>
    </Paged>
  );
}

function OwnAnswer({ decision }: { readonly decision: Decision }) {
  return <AnswerForm title={decision.title} answer={useAnswer(decision.id)} />;
}
