/** One live card at a time: browsers allow about sixteen contexts, phones eight. */

let current: (() => void) | null = null;

/** Stops the last one. Call the result when the canvas is removed. */
export function claimLive(stop: () => void): () => void {
  current?.();
  current = stop;
  return () => {
    if (current === stop) current = null;
  };
}
