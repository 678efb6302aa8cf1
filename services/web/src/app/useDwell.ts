import { useEffect } from "react";
import { useMatch } from "react-router";
import { recordDwell } from "../lib/events";

/** How long a work's own page is looked at, without the time in which the tab was hidden. */
export function useDwell(): void {
  const id = useMatch("/s/:id/*")?.params.id;
  useEffect(() => {
    if (id === undefined) return;
    let since = performance.now();
    const note = () => {
      if (document.visibilityState === "hidden") recordDwell(id, performance.now() - since);
      since = performance.now();
    };
    document.addEventListener("visibilitychange", note);
    return () => {
      document.removeEventListener("visibilitychange", note);
      if (document.visibilityState === "visible") recordDwell(id, performance.now() - since);
    };
  }, [id]);
}
