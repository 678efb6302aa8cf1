import { lazy, type ReactNode, Suspense, useState, useSyncExternalStore } from "react";
import { Link, useLocation } from "react-router";
import { useSession } from "../api/session";

const SignInDialog = lazy(async () => ({ default: (await import("../features/auth/SignInDialog")).SignInDialog }));
const FORMS = new Set(["/sign-in", "/register", "/forgot", "/reset"]);

function subscribe(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** A banner when the network is down, the address waits to be confirmed, or the sign-in has expired. One signs in again without leaving the page. */
export function ConnectionBanner() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const expired = useSession((state) => state.status === "expired");
  const heldBack = useSession((state) => state.account?.held_back ?? false);
  const { pathname } = useLocation();
  const [dialogOpen, setDialogOpen] = useState(false);
  if (!expired && dialogOpen) setDialogOpen(false);
  if (!online) return <Line>You are offline. What you write is kept in this browser.</Line>;
  if (heldBack && !pathname.startsWith("/settings") && pathname !== "/verify") {
    return (
      <Line>
        Confirm your address to publish, vote, wish and report: open the link in the mail that we sent.{" "}
        <Link to="/settings" className="underline">
          No mail?
        </Link>
      </Line>
    );
  }
  if (!expired || FORMS.has(pathname)) return null;
  return (
    <Line>
      Your sign-in has ended. What you wrote is kept in this browser.{" "}
      <button type="button" className="underline" onClick={() => setDialogOpen(true)}>
        Sign in again
      </button>
      {dialogOpen && (
        <Suspense>
          <SignInDialog onClose={() => setDialogOpen(false)} />
        </Suspense>
      )}
    </Line>
  );
}

function Line({ children }: { readonly children: ReactNode }) {
  return (
    <div role="status" className="border-b border-line px-4 py-2 text-sm text-ink-2">
      {children}
    </div>
  );
}
