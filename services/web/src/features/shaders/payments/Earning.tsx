import { Link } from "react-router";
import { isPoints, said } from "../../../lib/money";
import { useBounty } from "./queries";

const MEND: Readonly<Record<string, string>> = {
  no_account: "You have no payout account yet.",
  not_ready: "Your payout account is not ready yet.",
  country: "This site cannot pay artists in your country.",
};

/** Before one answers a desire: what is pledged on it, and whether one could be paid. Nothing without a bounty. */
export function Earning({ desire }: { readonly desire: string }) {
  const { data } = useBounty(desire);
  if (data === undefined || data.total.amount === 0) return null;
  const { total, fee_percent: fee, payout_problem: problem } = data;
  return (
    <p className="border-l-2 border-line pl-3 text-sm text-ink-2">
      <span className="font-medium text-ink">{said(total)}</span>{" "}
      {isPoints(total)
        ? "are pledged. Who pledged decides; accepted ones become your reputation."
        : `are pledged. What is accepted is paid to you, less a fee of ${fee} %.`}
      {data.own.length > 0 && " Your own pledge is not paid to you."}
      {problem && (
        <>
          {" "}
          {MEND[problem] ?? "You could not be paid yet."}{" "}
          <Link to="/settings/payouts" className="text-ink underline">
            See your payouts
          </Link>
        </>
      )}
    </p>
  );
}
