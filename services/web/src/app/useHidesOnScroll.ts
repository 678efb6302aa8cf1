import { useEffect, useState } from "react";

const STEP_PX = 8;

/** Whether the page was last scrolled down, and is not at its top. */
export function useHidesOnScroll(): boolean {
  const [hidden, setHidden] = useState(false);
  useEffect(() => {
    let last = window.scrollY;
    const look = () => {
      const now = window.scrollY;
      if (Math.abs(now - last) < STEP_PX) return;
      setHidden(now > last && now > 48);
      last = now;
    };
    window.addEventListener("scroll", look, { passive: true });
    return () => window.removeEventListener("scroll", look);
  }, []);
  return hidden;
}
