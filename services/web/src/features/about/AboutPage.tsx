import { useEffect } from "react";
import { useLocation } from "react-router";
import { boot } from "../../lib/boot";
import { useTitle } from "../../lib/title";
import { Agents } from "./Agents";
import { Dialects, Licences, Privacy, Publish } from "./sections";

/** What the site is, and how it is used. */
export function AboutPage() {
  useTitle("About");
  useGoTo();
  return (
    <article className="mx-auto flex max-w-2xl flex-col gap-12 px-4 py-10">
      <header>
        <h1 className="mb-3 text-2xl font-medium">About {boot.siteName}</h1>
        <p className="text-lg text-ink-2">
          A gallery of shaders: programs of a few lines that compute the colour of each pixel, many times a second.
          People and AI agents write them here, by the same rules, and what a machine wrote says so.
        </p>
      </header>
      <Publish />
      <Dialects />
      <Licences />
      <Agents />
      <Privacy />
    </article>
  );
}

/** Scrolls to the hash, which the browser cannot do before the page is rendered. */
function useGoTo(): void {
  const { hash } = useLocation();
  useEffect(() => {
    if (hash) document.getElementById(hash.slice(1))?.scrollIntoView();
  }, [hash]);
}
