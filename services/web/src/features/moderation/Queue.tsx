import { Link } from "react-router";
import { Paged } from "../../components/ui/Paged";
import { Time } from "../../components/ui/Time";
import { count } from "../../lib/labels";
import { stillOf } from "../../lib/stills";
import { type Choice, DecideForm } from "../shaders/moderation/DecideForm";
import { pathOf, type Subject } from "../shaders/moderation/subject";
import { PUBLISH, REASONS } from "../shaders/moderation/words";
import { type Case, useQueue } from "./queries";

const HIDE: Choice = { action: "hide", label: "Hide", variant: "danger" };
const SUSPEND: Choice = { action: "suspend", label: "Hide and suspend", variant: "danger" };
const SHOWN: readonly Choice[] = [{ action: "keep", label: "Keep", variant: "plain" }, HIDE, SUSPEND];
const WAITING: readonly Choice[] = [PUBLISH, HIDE, SUSPEND];
const HIDDEN: readonly Choice[] = [
  { action: "keep", label: "Show again", variant: "plain" },
  { ...HIDE, label: "Stay hidden" },
  SUSPEND,
];

/** What waits, the longest first. */
export function Queue() {
  const query = useQueue();
  const cases = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Paged query={query} empty={cases.length === 0} nothing="Nothing waits for you.">
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {cases.map((one) => (
          <CaseRow key={one.subject.id} item={one} />
        ))}
      </ul>
    </Paged>
  );
}

function CaseRow({ item }: { readonly item: Case }) {
  const { shader, text, hidden_reason: reason, answered, updated_at: lookedAt } = item;
  const subject: Subject = { ...item.subject, title: shader?.title ?? text };
  const waits = shader?.awaits_review === true;
  const choices = waits ? WAITING : reason === null ? SHOWN : HIDDEN;
  return (
    <li className={`grid gap-x-6 gap-y-3 py-6 ${shader ? "sm:grid-cols-[20rem_minmax(0,1fr)]" : ""}`}>
      {shader && <Picture shader={shader} />}
      <div className="flex min-w-0 flex-col gap-3">
        <header>
          <h2 className={shader ? "truncate font-medium" : "font-medium [overflow-wrap:anywhere]"}>
            {!shader && <span className="block text-sm font-normal text-ink-2">A wish</span>}
            <Link to={pathOf(subject)} className="whitespace-pre-line hover:underline">
              {subject.title}
            </Link>
          </h2>
          <History item={item} />
        </header>
        {shader && <Details shader={shader} text={text} />}
        {waits && (
          <p className="border-l-2 border-accent pl-3 text-sm">
            Nobody else has seen it: the first shaders of a new account wait for you.
          </p>
        )}
        <Reports item={item} />
        {reason !== null && (
          <p className="border-l-2 border-bad pl-3 text-sm">
            <span className="font-medium">Hidden:</span> {reason}
          </p>
        )}
        {answered?.answer && (
          <blockquote className="border-l-2 border-accent pl-3 text-sm">
            <p className="text-ink-2">The author answered:</p>
            <p className="whitespace-pre-line">{answered.answer}</p>
          </blockquote>
        )}
        <DecideForm subject={subject} lookedAt={lookedAt} choices={choices} />
      </div>
    </li>
  );
}

type Card = NonNullable<Case["shader"]>;

function Picture({ shader }: { readonly shader: Card }) {
  const still = stillOf(shader, "320px");
  return (
    <Link to={`/s/${shader.id}`} className="block" tabIndex={-1} aria-hidden="true">
      <div className="aspect-video bg-raised" style={{ backgroundColor: shader.average_color ?? undefined }}>
        {still && <img {...still} alt="" width={640} height={360} loading="lazy" className="size-full object-cover" />}
      </div>
    </Link>
  );
}

function Details({ shader: { tags }, text }: { readonly shader: Card; readonly text: string }) {
  return (
    <>
      {text && <p className="line-clamp-4 whitespace-pre-line text-sm">{text}</p>}
      {tags.length > 0 && <p className="text-sm text-ink-2">{tags.map((tag) => `#${tag}`).join(" ")}</p>}
    </>
  );
}

function History({ item: { author, history } }: { readonly item: Case }) {
  return (
    <p className="text-sm text-ink-2">
      <Link to={`/u/${author.handle}`} className="text-ink hover:underline">
        {author.display_name}
      </Link>{" "}
      · here since <Time at={history.joined_at} /> · {count(history.published, "shader")} published, {history.hidden}{" "}
      hidden · reported {count(history.reports, "time")}, hidden {count(history.hides, "time")}
      {history.suspended && <span className="text-bad"> · suspended</span>}
    </p>
  );
}

function Reports({ item: { reports } }: { readonly item: Case }) {
  if (reports.length === 0) return null;
  return (
    <ul aria-label="Reports" className="flex flex-col gap-2 text-sm">
      {reports.map((report) => (
        <li key={`${report.reporter} ${report.created_at}`}>
          <span className="font-medium">{REASONS[report.reason]}</span>
          <span className="text-ink-2">
            {" "}
            · {report.reporter}, <Time at={report.created_at} />
          </span>
          {report.detail && <p className="whitespace-pre-line">{report.detail}</p>}
        </li>
      ))}
    </ul>
  );
}
