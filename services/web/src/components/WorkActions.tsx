import { Link, useLocation, useNavigate } from "react-router";
import { useSession } from "../api/session";
import { mayBeForked } from "../lib/licences";
import { signInAddress } from "../lib/next";
import { useVote, useVoteState } from "./votes";
import type { Work } from "./works";

const ACTION = "h-6 font-medium text-ink-2 hover:text-ink";

/** What can be done with a work without opening it. */
export function WorkActions({ work }: { readonly work: Work }) {
  const own = useSession((state) => state.account?.handle === work.author.handle);
  return (
    <div className="relative z-10 flex items-center gap-3 text-xs">
      <Link to={`/s/${work.id}`} tabIndex={-1} aria-hidden="true" className={`${ACTION} leading-6`}>
        Open
      </Link>
      {own ? (
        <Link to={`/edit/${work.id}`} className={`${ACTION} leading-6`}>
          Edit
        </Link>
      ) : (
        <Vote work={work} />
      )}
      {(own || mayBeForked(work.licence)) && (
        <Link to={`/new?fork=${work.id}`} className={`${ACTION} leading-6`}>
          Fork
        </Link>
      )}
    </div>
  );
}

function Vote({ work }: { readonly work: Work }) {
  const visitor = useSession((state) => state.account === null);
  const { value } = useVoteState(work);
  const vote = useVote(work);
  const navigate = useNavigate();
  const here = useLocation();
  const act = () => {
    if (visitor) navigate(signInAddress(here));
    else vote.mutate(value === "up" ? "none" : "up");
  };
  return (
    <button type="button" onClick={act} className={value === "up" ? `${ACTION} text-accent` : ACTION}>
      {value === "up" ? "Voted" : "Vote"}
    </button>
  );
}
