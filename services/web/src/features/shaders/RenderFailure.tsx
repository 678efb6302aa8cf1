import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";

type Render = Schemas["RenderPublic"];

interface Props {
  readonly render: Render;
  /** Sees the compiler's errors, and may have it drawn again. */
  readonly isAuthor: boolean;
  /** Whether the code's lines have anchors on this page. */
  readonly hasLines?: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  compile_failed: "The renderer's compiler refused it.",
  compile_timeout: "Compiling it took too long.",
  still_timeout: "Drawing one frame took too long.",
  job_timeout: "Drawing it took too long.",
  memory_limit: "It needed too much memory.",
  loop_limit: "A loop in it runs for too long.",
  gpu_crash: "It makes the graphics driver crash.",
  gave_up: "Renderers were lost while they drew it, or had too much else to do. It is tried again by itself, later.",
};

/** Why a version has no still, and for its author another try. */
export function RenderFailure({ render, isAuthor, hasLines = false }: Props) {
  const redraw = useRedraw(render);
  const reason = REASONS[render.failure_code ?? ""] ?? "The renderer could not draw it.";
  return (
    <section role="status" className="flex flex-col items-start gap-2 border-l-2 border-bad py-1 pl-3 text-sm">
      <p>
        <span className="font-medium text-bad">No still picture:</span> {reason}
        {isAuthor && " The code is safe; a new version is drawn again."}
      </p>
      {isAuthor && render.errors.length > 0 && (
        <ul className="font-mono text-xs leading-5">
          {render.errors.map(({ line, column, message }) => (
            <li key={`${line}:${column}:${message}`}>
              {hasLines ? (
                <a href={`#L${line}`} className="underline">
                  Line {line}
                </a>
              ) : (
                `Line ${line}`
              )}
              : {message}
            </li>
          ))}
        </ul>
      )}
      {isAuthor && (
        <Button disabled={redraw.isPending} onClick={() => redraw.mutate()}>
          Draw it again
        </Button>
      )}
      <FormError>{redraw.error?.message}</FormError>
    </section>
  );
}

/** Asks for another try; what is watched of the render then begins anew. */
function useRedraw({ shader_id: id, version }: Render) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/shaders/{shader_id}/redraw", {
          params: { path: { shader_id: id }, query: { version } },
        }),
      ),
    onSuccess: (render) => client.setQueryData(keys.render(id, version), render),
  });
}
