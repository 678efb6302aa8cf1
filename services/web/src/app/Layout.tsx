import { Suspense } from "react";
import { Outlet, ScrollRestoration } from "react-router";
import { Toasts } from "../components/Toasts";
import { Bar } from "./Bar";
import { Connection } from "./Connection";

/** The frame of all pages. */
export function Layout() {
  return (
    <>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:left-2 focus:top-2 focus:z-50 focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <Bar />
      <Connection />
      <main id="content" tabIndex={-1} className="outline-none">
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
      <Toasts />
      <ScrollRestoration />
    </>
  );
}
