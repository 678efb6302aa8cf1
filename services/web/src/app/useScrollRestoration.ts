/**
 * Where each place of the history was scrolled to. On the way back and after a reload the page is there again, as soon as
 * it is long enough; a new place begins at its top, or at the part that its address names.
 */

import { useEffect, useLayoutEffect } from "react";
import { useLocation, useNavigationType } from "react-router";
import { keepsScroll } from "../lib/keepScroll";

const STORE = "fractafrag.scroll";
const PATIENCE_MS = 3000;
const MOST = 100;
const places = new Map<string, number>(read());

export function useScrollRestoration(): void {
  const { key, pathname, search, hash, state } = useLocation();
  const returned = useNavigationType() === "POP";
  // biome-ignore lint/correctness/useExhaustiveDependencies: each place of the history is scrolled to once.
  useLayoutEffect(() => {
    const known = returned ? places.get(key) : undefined;
    if (known !== undefined) return goBackTo(known);
    if (keepsScroll(state)) return;
    const part = hash && document.getElementById(hash.slice(1));
    if (part) part.scrollIntoView();
    else window.scrollTo(0, 0);
  }, [key, pathname, search, hash]);
  // Before the next page is measured: what it does to the scroll must not be put down to the last.
  useLayoutEffect(() => {
    const note = () => void places.set(key, window.scrollY);
    window.addEventListener("scroll", note, { passive: true });
    return () => window.removeEventListener("scroll", note);
  }, [key]);
  useEffect(() => {
    history.scrollRestoration = "manual";
    const write = () => sessionStorage.setItem(STORE, JSON.stringify([...places].slice(-MOST)));
    window.addEventListener("pagehide", write);
    return () => window.removeEventListener("pagehide", write);
  }, []);
}

/** Scrolls as far as the page goes, and further while it grows, until it is there or the visitor scrolls. */
function goBackTo(place: number): () => void {
  window.scrollTo(0, place);
  const growing = new ResizeObserver(() => {
    window.scrollTo(0, place);
    if (Math.abs(window.scrollY - place) < 1) stop();
  });
  const stop = () => {
    growing.disconnect();
    clearTimeout(timer);
    for (const event of ["wheel", "touchstart", "keydown"]) window.removeEventListener(event, stop);
  };
  const timer = setTimeout(stop, PATIENCE_MS);
  for (const event of ["wheel", "touchstart", "keydown"]) window.addEventListener(event, stop, { passive: true });
  if (Math.abs(window.scrollY - place) >= 1) growing.observe(document.body);
  return stop;
}

function read(): [string, number][] {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? "[]");
  } catch {
    return [];
  }
}
