import { useEffect } from "react";
import { boot } from "./boot";

/** The document's title while the page is shown; empty for the site's own. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} - ${boot.siteName}` : boot.siteName;
  }, [title]);
}
