import { Link } from "react-router";
import { Paged } from "../../components/ui/Paged";
import { Time } from "../../components/ui/Time";
import { count } from "../../lib/labels";
import { nounOf, pathOf } from "../shaders/moderation/subject";
import { DECIDED } from "../shaders/moderation/words";
import { type Decision, useLog } from "./queries";

/** What moderators decided, the newest first. */
export function Log() {
  const query = useLog();
  const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Paged query={query} empty={entries.length === 0} nothing="Nothing was decided yet.">
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
    </Paged>
  );
}

function Entry({ entry }: { readonly entry: Decision }) {
  return (
    <li className="flex flex-col gap-1 py-3 text-sm">
      <p className="text-ink-2">
        <span className="font-medium text-ink">{DECIDED[entry.action]}</span> ·{" "}
        {entry.title === null ? (
          `a ${nounOf(entry.subject)} that is not public any more`
        ) : (
          <Link to={pathOf(entry.subject)} className="text-ink hover:underline [overflow-wrap:anywhere]">
            {entry.title}
          </Link>
        )}{" "}
        of {entry.author} · by {entry.moderator}, <Time at={entry.created_at} />
        {entry.reports > 0 && ` · ${count(entry.reports, "report")}`}
      </p>
      {entry.reason && <p>{entry.reason}</p>}
      {entry.answer && (
        <p className="whitespace-pre-line border-l-2 border-accent pl-3">
          <span className="text-ink-2">Answer:</span> {entry.answer}
        </p>
      )}
    </li>
  );
}
