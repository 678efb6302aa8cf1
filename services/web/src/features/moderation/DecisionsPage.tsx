import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { AreaField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { Paged } from "../../components/ui/Paged";
import { SignedIn } from "../../components/ui/SignedIn";
import { Time } from "../../components/ui/Time";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { useTitle } from "../../lib/title";
import { DECIDED } from "../shaders/moderation/words";
import { type Decision, useAnswer, useOwnDecisions } from "./queries";

/** What moderators decided about one's own shaders, with the reason, and the place for an answer. */
export function DecisionsPage() {
  useTitle("Decisions about your shaders");
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-6 px-4 py-8">
      <h1 className="text-xl font-medium">Decisions about your shaders</h1>
      <SignedIn>{() => <Decisions />}</SignedIn>
    </div>
  );
}

function Decisions() {
  const query = useOwnDecisions();
  const decisions = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Paged query={query} empty={decisions.length === 0} nothing="Moderators have decided nothing about your shaders.">
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {decisions.map((one) => (
          <Item key={one.id} decision={one} />
        ))}
      </ul>
    </Paged>
  );
}

function Item({ decision }: { readonly decision: Decision }) {
  const { action, title, reason, answer } = decision;
  return (
    <li className="flex flex-col gap-2 py-4">
      <p>
        <span className={action === "keep" ? "text-good" : "text-bad"}>
          {action === "keep" ? DECIDED.keep : "Hidden"}
        </span>{" "}
        ·{" "}
        {title === null ? (
          "a shader that you deleted"
        ) : (
          <Link to={`/s/${decision.shader_id}`} className="hover:underline">
            {title}
          </Link>
        )}{" "}
        <span className="text-sm text-ink-2">
          · <Time at={decision.created_at} />
        </span>
      </p>
      {reason && <p>{reason}</p>}
      {answer !== null && (
        <p className="whitespace-pre-line border-l-2 border-accent pl-3 text-sm">
          <span className="text-ink-2">You answered:</span> {answer}
        </p>
      )}
      {decision.answerable && <AnswerForm decision={decision} />}
    </li>
  );
}

function AnswerForm({ decision }: { readonly decision: Decision }) {
  const [text, setText] = useState("");
  const answer = useAnswer(decision.id);
  const errors = formErrorsOf(answer.error, {});
  const send = (event: FormEvent) => {
    event.preventDefault();
    answer.mutate(text, { onSuccess: () => toast("A moderator will look at it again.") });
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <AreaField
        label={`Your answer about "${decision.title ?? ""}"`}
        hint="You can answer once. A moderator then looks at it again."
        error={errors.fields["text"]}
        rows={3}
        maxLength={2000}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <FormError>{errors.rest}</FormError>
      <Button type="submit" className="self-start" disabled={text.trim() === "" || answer.isPending}>
        Send answer
      </Button>
    </form>
  );
}
