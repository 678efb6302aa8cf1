import { NavLink } from "react-router";
import { useSession } from "../../api/session";
import { EmptyState } from "../../components/ui/EmptyState";
import { SignedIn } from "../../components/ui/SignedIn";
import { useTitle } from "../../lib/title";
import { moderates } from "../shaders/moderation/decide";
import { usePayments } from "../shaders/payments/queries";
import { Bridges } from "./Bridges";
import { Log } from "./Log";
import { Pledges } from "./Pledges";
import { Queue } from "./Queue";

const TAB =
  "border-b-2 border-transparent pb-1 text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:text-ink";

const SHOWN = { queue: Queue, bridges: Bridges, log: Log, pledges: Pledges };

interface Props {
  readonly shown: keyof typeof SHOWN;
}

export function ModerationPage({ shown }: Props) {
  useTitle("Moderation");
  return (
    <SignedIn>
      {(account) =>
        moderates(account) ? (
          <Moderation shown={shown} />
        ) : (
          <EmptyState title="This page is for moderators">You are not one of them.</EmptyState>
        )
      }
    </SignedIn>
  );
}

/** What waits for moderators, wishes that may be one, and what was decided. */
function Moderation({ shown }: Props) {
  const Shown = SHOWN[shown];
  const payments = usePayments();
  const isAdmin = useSession(({ account }) => account?.role === "admin");
  const decides = isAdmin && payments !== null;
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-8">
      <h1 className="text-xl font-medium">Moderation</h1>
      <nav aria-label="Moderation" className="flex gap-6">
        <NavLink end to="/moderation" className={TAB}>
          Waiting
        </NavLink>
        <NavLink to="/moderation/wishes" className={TAB}>
          Like wishes
        </NavLink>
        <NavLink to="/moderation/log" className={TAB}>
          Log
        </NavLink>
        {decides && (
          <NavLink to="/moderation/pledges" className={TAB}>
            Pledges
          </NavLink>
        )}
      </nav>
      <Shown />
    </div>
  );
}
