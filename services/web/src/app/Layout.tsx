import { type RefObject, Suspense, useEffect, useRef } from "react";
import { Outlet, useLocation, useNavigationType } from "react-router";
import { Toasts } from "../components/Toasts";
import { Bar } from "./Bar";
import { Guarded } from "./Broken";
import { Connection } from "./Connection";
import { stays } from "./stays";
import { useScrollMemory } from "./useScrollMemory";

/** The frame of all pages. */
export function Layout() {
  const content = useRef<HTMLElement>(null);
  const { key } = useLocation();
  useScrollMemory();
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
      <Connection />
      <main ref={content} id="content" tabIndex={-1} className="outline-none">
        <Guarded place={key}>
          <Suspense>
            <Outlet />
          </Suspense>
        </Guarded>
      </main>
      <Toasts />
    </>
  );
}

/** A new page has the focus, so that keyboard and screen reader begin at its top; who types a search goes on typing. */
function useFocusOnArrival(content: RefObject<HTMLElement | null>): void {
  const { pathname, state } = useLocation();
  const returned = useNavigationType() === "POP";
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    const typing = document.activeElement instanceof HTMLInputElement;
    if (!returned && !typing && !stays(state)) content.current?.focus({ preventScroll: true });
  }, [content, pathname, returned, state]);
}
