import { Link } from "react-router";
import { Paged } from "../../components/ui/Paged";
import { OwnPledge } from "../shaders/payments/OwnPledge";
import { usePayments, usePledges } from "../shaders/payments/queries";
import { Section } from "./Section";

/** One's own pledges, the newest first: where each stands, and what happens next. */
export function PledgeSettings() {
  const payments = usePayments();
  return (
    <Section title="Pledges" note="What you pledged on desires. Whatever nobody earns, comes back to you by itself.">
      {payments === null ? <p className="text-ink-2">Nobody pledges on this site.</p> : <Pledges />}
    </Section>
  );
}

function Pledges() {
  const query = usePledges();
  const pledges = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Paged query={query} empty={pledges.length === 0} nothing="You have pledged nothing yet.">
      <ul aria-label="Your pledges" className="flex flex-col divide-y divide-line">
        {pledges.map((pledge) => (
          <OwnPledge key={pledge.id} pledge={pledge}>
            <Link to={`/desires/${pledge.desire_id}`} className="line-clamp-2 hover:underline">
              {pledge.prompt}
            </Link>
          </OwnPledge>
        ))}
      </ul>
    </Paged>
  );
}
