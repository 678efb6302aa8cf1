import { useSyncExternalStore } from "react";
import { Link, useLocation } from "react-router";
import { useSession } from "../api/session";
import { signInAddress } from "../lib/next";

function subscribe(changed: () => void): () => void {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
}

/** One quiet line when the network or the sign-in is gone. */
export function Connection() {
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const expired = useSession((state) => state.status === "expired");
  const here = useLocation();
  if (!online) return <Line>You are offline. What you write is kept in this browser.</Line>;
  if (!expired) return null;
  return (
    <Line>
      Your sign-in has ended. What you wrote is kept in this browser.{" "}
      <Link to={signInAddress(here)} className="underline">
        Sign in again
      </Link>
    </Line>
  );
}

function Line({ children }: { readonly children: React.ReactNode }) {
  return (
    <p role="status" className="border-b border-line px-4 py-2 text-sm text-ink-2">
      {children}
    </p>
  );
}
