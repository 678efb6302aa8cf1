import { Link } from "react-router";
import { licenceName } from "../../lib/licences";
import type { Work } from "./queries";

export function WorkTitle({ work }: { readonly work: Work }) {
  return (
    <div className="min-w-0 max-sm:w-full">
      <h1 className="text-xl font-semibold">{work.title}</h1>
      <p className="text-sm text-ink-2">
        <Link to={`/u/${work.author.handle}`} className="text-ink hover:underline">
          {work.author.display_name}
        </Link>
        <span className="px-1.5">·</span>
        {licenceName(work.licence)}
        {work.visibility !== "public" && (
          <>
            <span className="px-1.5">·</span>
            <span className="text-ink">{work.visibility}</span>
          </>
        )}
      </p>
      {work.hidden_reason != null && (
        <p role="status" className="mt-2 border-l-2 border-bad pl-3 text-sm">
          <span className="font-medium text-bad">A moderator has hidden this work:</span> {work.hidden_reason}
        </p>
      )}
    </div>
  );
}
