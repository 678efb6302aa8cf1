import { useRouteError } from "react-router";
import { ApiError } from "../api/problem";
import { Notice } from "../components/Notice";

/** Stands where a page failed: its script did not load, or it has a fault. */
export function Broken() {
  const error = useRouteError();
  const known = error instanceof ApiError ? error.message : null;
  const loading = error instanceof TypeError && /import|module|fetch/i.test(error.message);
  return (
    <Notice
      title={loading ? "This part of the site did not load" : "Something went wrong on this page"}
      action={{ label: "Load the page again", onAct: () => location.reload() }}
    >
      {known ?? "Nothing is lost: what you wrote is kept in this browser."}
    </Notice>
  );
}
