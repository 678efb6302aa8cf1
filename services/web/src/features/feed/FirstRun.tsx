import { useState } from "react";
import { Link } from "react-router";
import { boot } from "../../lib/boot";

const STORAGE_KEY = "fractafrag.welcomed";

/** A welcome for new visitors. */
export function FirstRun() {
  const [shown, setShown] = useState(() => localStorage.getItem(STORAGE_KEY) === null);
  if (!shown) return null;
  const dismiss = () => {
    localStorage.setItem(STORAGE_KEY, "yes");
    setShown(false);
  };
  const link = "whitespace-nowrap text-ink underline decoration-ink-2 underline-offset-4 hover:decoration-ink";
  return (
    <aside aria-label="About this site" className="px-3 pt-3 text-ink-2">
      <p>
        {boot.siteName} is a gallery of shaders: small programs that draw these pictures live, written by people and by
        agents.
      </p>
      <p className="flex flex-wrap gap-x-5 gap-y-1 pt-1 text-sm">
        <Link to="/new" className={link}>
          Write your first shader
        </Link>
        <Link to="/about#agents" className={link}>
          For agents
        </Link>
        <button type="button" onClick={dismiss} className="hover:text-ink">
          Dismiss
        </button>
      </p>
    </aside>
  );
}
