import type { ReactNode } from "react";
import { Link } from "react-router";
import { Time } from "../../components/ui/Time";
import { nounOf, pathOf } from "../shaders/moderation/subject";
import { DECIDED } from "../shaders/moderation/words";
import type { Decision } from "./queries";

interface Props {
  readonly decision: Decision;
  /** Whether its author can look at it. */
  readonly linked?: boolean;
  readonly children: ReactNode;
}

/** A decision as the author reads it. */
export function DecisionItem({ decision, linked = true, children }: Props) {
  const { action, subject, title, reason, answer } = decision;
  return (
    <li className="flex flex-col gap-2 py-4">
      <p>
        <span className={action === "keep" ? "text-good" : "text-bad"}>
          {action === "keep" ? DECIDED.keep : "Hidden"}
        </span>{" "}
        ·{" "}
        {title === null ? (
          `a ${nounOf(subject)} that you deleted`
        ) : linked ? (
          <Link to={pathOf(subject)} className="hover:underline [overflow-wrap:anywhere]">
            {title}
          </Link>
        ) : (
          title
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
      {children}
    </li>
  );
}
