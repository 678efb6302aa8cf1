import { Link } from "react-router";
import { day } from "../../../lib/dates";
import { count } from "../../../lib/labels";
import { said } from "../../../lib/money";
import { OwnPledge } from "../../shaders/payments/OwnPledge";
import { type Bounty as Found, useBounty, usePayments } from "../../shaders/payments/queries";
import { PUBLIC_STATES } from "../../shaders/payments/words";
import type { Desire } from "../queries";
import { PledgeBox } from "./PledgeBox";

/** What is pledged on a desire, by whom and until when; one's own pledges, and a new one. Nothing where nobody pledges. */
export function Bounty({ desire }: { readonly desire: Desire }) {
  const payments = usePayments();
  const { data } = useBounty(desire.id);
  if (payments === null || data === undefined) return null;
  const isOpen = desire.state === "open";
  if (!isOpen && data.pledges.length === 0 && data.own.length === 0) return null;
  return (
    <section aria-labelledby="bounty-title" className="mx-auto flex w-full max-w-4xl flex-col gap-4 px-4">
      <h2 id="bounty-title" className="text-sm font-medium">
        Bounty
      </h2>
      <Sum bounty={data} isOpen={isOpen} />
      {data.own.length > 0 && (
        <ul aria-label="Your pledges" className="flex max-w-2xl flex-col divide-y divide-line border-y border-line">
          {data.own.map((pledge) => (
            <OwnPledge key={pledge.id} pledge={pledge} />
          ))}
        </ul>
      )}
      {isOpen && <PledgeBox bounty={data} payments={payments} />}
      <Everybody pledges={data.pledges} />
    </section>
  );
}

function Sum({ bounty, isOpen }: { readonly bounty: Found; readonly isOpen: boolean }) {
  const { total, people, next_expiry: expiry, paid, state } = bounty;
  const pledged = total.amount > 0;
  return (
    <div>
      <p className="text-ink-2">
        {pledged && (
          <>
            <span className="text-xl font-medium text-ink tabular-nums">{said(total)}</span> pledged by{" "}
            {count(people, "person", "people")}
          </>
        )}
        {!pledged &&
          state !== "settled" &&
          (isOpen ? "Nothing is pledged on it yet." : "Nothing is pledged on it any more.")}
        {state === "settled" && `${said(paid)} paid out for what was accepted.`}
      </p>
      {pledged && (
        <p className="text-sm text-ink-2">
          {state === "in_review" ? "A work waits for the people who pledged." : "Who makes it, gets it."}
          {expiry && ` The first of it goes back on ${day(expiry)} if nobody delivers.`}
          {paid.amount > 0 && ` ${said(paid)} were paid out.`}
        </p>
      )}
    </div>
  );
}

/** Who pledged, and who paid whom. */
function Everybody({ pledges }: Pick<Found, "pledges">) {
  if (pledges.length === 0) return null;
  return (
    <details className="max-w-2xl text-sm">
      <summary className="cursor-pointer py-1 text-ink-2 hover:text-ink">Who pledged, and who was paid</summary>
      <ul className="flex flex-col gap-1 pt-1">
        {pledges.map((pledge, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: everybody's pledges have no ids; they stand in their order.
          <li key={place} className="text-ink-2 [overflow-wrap:anywhere]">
            <Who author={pledge.by} /> · <span className="tabular-nums">{said(pledge.money)}</span> ·{" "}
            {PUBLIC_STATES[pledge.state]}
            {pledge.paid_to && (
              <>
                {" "}
                to <Who author={pledge.paid_to} />
              </>
            )}
            {pledge.state === "active" && pledge.expires_at && ` until ${day(pledge.expires_at)}`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Who({ author }: { readonly author: Found["pledges"][number]["by"] }) {
  if (author === null) return "a deleted account";
  return (
    <Link to={`/u/${author.handle}`} className="text-ink hover:underline">
      {author.display_name}
    </Link>
  );
}
