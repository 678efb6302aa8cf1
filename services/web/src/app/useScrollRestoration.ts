/**
 * Restores the scroll position of each history entry, on the way back and after a reload, as soon as the page is long
 * enough. A new entry begins at the top, or at the element that its hash names.
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
  // A layout effect, so that the scroll of the next page is not recorded for the last.
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

/** Scrolls as far as the page allows, and again whenever it grows, until the position is reached or the visitor scrolls. */
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
