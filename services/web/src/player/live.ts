/** One live canvas at a time among those that ask: browsers allow about sixteen contexts, phones eight. */

let current: (() => void) | null = null;

/** Stops the one that was live before. The answer gives the place back; call it when the canvas goes. */
export function claimLive(stop: () => void): () => void {
  current?.();
  current = stop;
  return () => {
    if (current === stop) current = null;
  };
}
