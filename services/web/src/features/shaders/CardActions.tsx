import { Link, useLocation, useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { mayBeForked } from "../../lib/licences";
import { signInPath } from "../../lib/returnTo";
import type { ShaderSummary } from "./shaderPages";
import { useVote, useVoteState } from "./votes";

const ACTION = "h-6 font-medium text-ink-2 hover:text-ink";

/** The actions of an active card. */
export function CardActions({ shader }: { readonly shader: ShaderSummary }) {
  const own = useSession((state) => state.account?.handle === shader.author.handle);
  return (
    <div className="relative z-10 flex items-center gap-3 text-xs">
      <Link to={`/s/${shader.id}`} tabIndex={-1} aria-hidden="true" className={`${ACTION} leading-6`}>
        Open
      </Link>
      {own ? (
        <Link to={`/edit/${shader.id}`} className={`${ACTION} leading-6`}>
          Edit
        </Link>
      ) : (
        <Vote shader={shader} />
      )}
      {(own || mayBeForked(shader.licence)) && (
        <Link to={`/new?fork=${shader.id}`} className={`${ACTION} leading-6`}>
          Fork
        </Link>
      )}
    </div>
  );
}

function Vote({ shader }: { readonly shader: ShaderSummary }) {
  const visitor = useSession((state) => state.account === null);
  const { value } = useVoteState(shader);
  const vote = useVote(shader);
  const navigate = useNavigate();
  const here = useLocation();
  const act = () => {
    if (visitor) navigate(signInPath(here));
    else vote.mutate(value === "up" ? "none" : "up");
  };
  return (
    <button type="button" onClick={act} className={value === "up" ? `${ACTION} text-accent` : ACTION}>
      {value === "up" ? "Voted" : "Vote"}
    </button>
  );
}
