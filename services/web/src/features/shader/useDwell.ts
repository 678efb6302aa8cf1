import { useEffect } from "react";
import { recordDwell } from "../../lib/feedEvents";

/** Records how long a shader was visible, for the feed. */
export function useDwell(id: string): void {
  useEffect(() => {
    let since: number | null = performance.now();
    const end = () => {
      if (since !== null) recordDwell(id, Math.round(performance.now() - since));
      since = null;
    };
    const look = () => {
      if (document.visibilityState === "hidden") end();
      else since ??= performance.now();
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
      end();
    };
  }, [id]);
}
