import type { Schemas } from "../../api/client";
import { useRender } from "./useRender";

interface Props {
  readonly id: string;
  readonly version: number;
  readonly known: Schemas["RenderPublic"] | undefined;
  readonly isAuthor: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  compile_failed: "The renderer's compiler refused it.",
  compile_timeout: "Compiling it took too long.",
  still_timeout: "Drawing one frame took too long.",
  job_timeout: "Drawing it took too long.",
  memory_limit: "It needed too much memory.",
  loop_limit: "A loop in it runs for too long.",
  gpu_crash: "It makes the graphics driver crash.",
};

/** The state of the render while there is no still; the author sees the compiler's errors. */
export function RenderState({ id, version, known, isAuthor }: Props) {
  const render = useRender(id, version, known);
  if (render === undefined || render.status === "ready") return null;
  if (render.status !== "failed") {
    return (
      <p role="status" className="border-l-2 border-line py-1 pl-3 text-sm text-ink-2">
        The still picture of this version is being drawn. This page shows it when it is there.
      </p>
    );
  }
  const reason = REASONS[render.failure_code ?? ""] ?? "The renderer could not draw it.";
  return (
    <section role="status" className="border-l-2 border-bad py-1 pl-3 text-sm">
      <p>
        <span className="font-medium text-bad">No still picture:</span> {reason}
        {isAuthor && " The code is safe; a new version is drawn again."}
      </p>
      {isAuthor && render.errors.length > 0 && (
        <ul className="mt-1 font-mono text-xs leading-5">
          {render.errors.map((error) => (
            <li key={`${error.line}:${error.column}:${error.message}`}>
              <a href={`#L${error.line}`} className="underline">
                Line {error.line}
              </a>
              : {error.message}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
