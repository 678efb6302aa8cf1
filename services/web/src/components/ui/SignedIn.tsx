import { type ReactNode, useEffect, useRef } from "react";
import { Navigate, useLocation } from "react-router";
import { type Account, useSession } from "../../api/session";
import { signInPath } from "../../lib/returnTo";

interface Props {
  readonly children: (account: Account) => ReactNode;
}

/**
 * What only an account sees. An expired sign-in leaves it as it is, with what was typed. After a sign-out, in whichever
 * tab, the page goes to the feed; a visitor goes to the sign-in.
 */
export function SignedIn({ children }: Props) {
  const { status, account } = useSession();
  const here = useLocation();
  const last = useRef(account);
  useEffect(() => {
    if (account !== null) last.current = account;
  }, [account]);
  const shown = account ?? (status === "expired" ? last.current : null);
  if (shown !== null) return children(shown);
  if (status === "unknown") {
    return (
      <p role="status" className="p-4 text-ink-2">
        Looking whether you are signed in…
      </p>
    );
  }
  return <Navigate to={last.current === null ? signInPath(here) : "/"} replace />;
}
