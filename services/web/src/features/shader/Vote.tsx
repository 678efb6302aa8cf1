import { useLocation, useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { signInPath } from "../../lib/returnTo";
import { useVote, useVoteState } from "../shaders/votes";
import { type Shader, useOwnVote } from "./queries";

const SHAPE =
  "grid h-8 min-w-9 place-items-center rounded-sm px-2 text-sm hover:opacity-85 aria-pressed:font-semibold pointer-coarse:h-11 pointer-coarse:min-w-11";

/** Votes up or down; the same again withdraws. A visitor goes to the sign-in and returns here. */
export function Vote({ shader }: { readonly shader: Shader }) {
  useOwnVote(shader.id);
  const { value, up, down } = useVoteState(shader);
  const vote = useVote(shader);
  const isVisitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const cast = (wanted: "up" | "down") => {
    if (isVisitor) navigate(signInPath({ pathname, search: "" }));
    else vote.mutate(value === wanted ? "none" : wanted);
  };
  return (
    <fieldset className="flex items-center rounded-sm border border-line bg-raised">
      <legend className="sr-only">Vote</legend>
      <button
        type="button"
        aria-pressed={value === "up"}
        onClick={() => cast("up")}
        className={`${SHAPE} ${value === "up" ? "text-accent-text" : "text-ink"}`}
      >
        <span>
          <span aria-hidden="true">▲ </span>
          <span className="sr-only">Up, </span>
          {up}
        </span>
      </button>
      <button
        type="button"
        aria-pressed={value === "down"}
        onClick={() => cast("down")}
        className={`${SHAPE} ${value === "down" ? "text-accent-text" : "text-ink-2"}`}
      >
        <span>
          <span aria-hidden="true">▼ </span>
          <span className="sr-only">Down, </span>
          {down}
        </span>
      </button>
    </fieldset>
  );
}
