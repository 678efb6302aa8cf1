import { lazy, type RefObject, Suspense, useEffect, useRef } from "react";
import { Outlet, useLocation, useNavigationType } from "react-router";
import { useProofRequest } from "../api/proof";
import { Toasts } from "../components/ui/Toasts";
import { keepsScroll } from "../lib/keepScroll";
import { Bar } from "./Bar";
import { ConnectionBanner } from "./ConnectionBanner";
import { ErrorBoundary } from "./ErrorBoundary";
import { useScrollRestoration } from "./useScrollRestoration";

const ProofDialog = lazy(async () => ({ default: (await import("../features/auth/ProofDialog")).ProofDialog }));

/** The layout of all pages. */
export function Layout() {
  const content = useRef<HTMLElement>(null);
  const { key } = useLocation();
  const ways = useProofRequest((state) => state.ways);
  useScrollRestoration();
  useFocusOnArrival(content);
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:left-2 focus:top-2 focus:z-50 focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <Bar />
      <ConnectionBanner />
      <main ref={content} id="content" tabIndex={-1} className="outline-none">
        <ErrorBoundary place={key}>
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </main>
      {ways !== null && (
        <Suspense>
          <ProofDialog ways={ways} />
        </Suspense>
      )}
      <Toasts />
    </>
  );
}

/** Focuses a new page, so that keyboard and screen reader begin at its top, unless an input is being typed in. */
function useFocusOnArrival(content: RefObject<HTMLElement | null>): void {
  const { pathname, state } = useLocation();
  const returned = useNavigationType() === "POP";
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const typing = document.activeElement instanceof HTMLInputElement;
    if (!returned && !typing && !keepsScroll(state)) content.current?.focus({ preventScroll: true });
  }, [content, pathname, returned, state]);
}
