import { Link } from "react-router";
import { licenceName } from "../../lib/licences";
import type { Shader } from "./queries";

interface Props {
  readonly shader: Shader;
  readonly isAuthor: boolean;
}

export function ShaderTitle({ shader, isAuthor }: Props) {
  return (
    <div className="min-w-0 max-sm:w-full">
      <h1 className="text-xl font-semibold">{shader.title}</h1>
      <p className="text-sm text-ink-2">
        <Link to={`/u/${shader.author.handle}`} className="text-ink hover:underline">
          {shader.author.display_name}
        </Link>
        <span className="px-1.5">·</span>
        {licenceName(shader.licence)}
        {shader.visibility !== "public" && (
          <>
            <span className="px-1.5">·</span>
            <span className="text-ink">{shader.visibility}</span>
          </>
        )}
      </p>
      {shader.awaits_review && (
        <p role="status" className="mt-2 border-l-2 border-accent pl-3 text-sm">
          <span className="font-medium">Waits for a moderator.</span>{" "}
          {isAuthor
            ? "The first shaders of a new account are looked at before others see them. You are told when that was done."
            : "Nobody else sees it until it is published."}
        </p>
      )}
      {shader.hidden_reason != null && (
        <p role="status" className="mt-2 border-l-2 border-bad pl-3 text-sm">
          <span className="font-medium text-bad">A moderator has hidden this shader:</span> {shader.hidden_reason}{" "}
          {isAuthor && (
            <Link to="/decisions" className="underline">
              See the decision
            </Link>
          )}
        </p>
      )}
    </div>
  );
}
