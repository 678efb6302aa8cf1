import { lazy, Suspense, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { mayBeForked } from "../../lib/licences";
import { signInPath } from "../../lib/returnTo";
import { useModerates } from "./moderation/decide";
import type { ShaderSummary } from "./shaderPages";
import { useVote, useVoteState } from "./votes";

const DecideDialog = lazy(async () => ({ default: (await import("./moderation/DecideDialog")).DecideDialog }));
const ACTION = "h-6 font-medium text-ink-2 hover:text-ink";

/** The actions of an active card. */
export function CardActions({ shader }: { readonly shader: ShaderSummary }) {
  const own = useSession((state) => state.account?.handle === shader.author.handle);
  const moderates = useModerates();
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
      {moderates && !own && <Hide shader={shader} />}
    </div>
  );
}

function Hide({ shader }: { readonly shader: ShaderSummary }) {
  const [open, setOpen] = useState(false);
  const subject = { kind: "shader", id: shader.id, title: shader.title } as const;
  return (
    <>
      <button type="button" className={ACTION} onClick={() => setOpen(true)}>
        Hide
      </button>
      <Suspense>{open && <DecideDialog subject={subject} action="hide" onClose={() => setOpen(false)} />}</Suspense>
    </>
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
