/**
 * What a link in a mail holds behind its `#`. Browsers send that part to nobody; it is taken out of the address as well,
 * so that neither the history nor a picture of the screen keeps it.
 */

import { useEffect, useState } from "react";

export function useLinkToken(): string {
  const [token] = useState(() => location.hash.slice(1));
  useEffect(() => {
    if (location.hash !== "") history.replaceState(history.state, "", location.pathname + location.search);
  }, []);
  return token;
}
