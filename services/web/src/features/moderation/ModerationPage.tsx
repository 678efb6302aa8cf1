import { Navigate, NavLink, useLocation } from "react-router";
import { useSession } from "../../api/session";
import { EmptyState } from "../../components/ui/EmptyState";
import { signInPath } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { useModerates } from "../shaders/moderation/decide";
import { Log } from "./Log";
import { Queue } from "./Queue";

const TAB =
  "border-b-2 border-transparent pb-1 text-ink-2 hover:text-ink aria-[current]:border-accent aria-[current]:text-ink";

/** What waits for moderators, and what they decided. */
export function ModerationPage({ shown }: { readonly shown: "queue" | "log" }) {
  const status = useSession((state) => state.status);
  const moderates = useModerates();
  const here = useLocation();
  useTitle("Moderation");
  if (status === "visitor" || status === "expired") return <Navigate to={signInPath(here)} replace />;
  if (status === "unknown") return null;
  if (!moderates) return <EmptyState title="This page is for moderators">You are not one of them.</EmptyState>;
  return (
    <div className="mx-auto flex max-w-4xl flex-col gap-6 px-4 py-8">
      <h1 className="text-xl font-medium">Moderation</h1>
      <nav aria-label="Moderation" className="flex gap-6">
        <NavLink end to="/moderation" className={TAB}>
          Waiting
        </NavLink>
        <NavLink to="/moderation/log" className={TAB}>
          Log
        </NavLink>
      </nav>
      {shown === "queue" ? <Queue /> : <Log />}
    </div>
  );
}
