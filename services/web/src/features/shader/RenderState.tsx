import type { Schemas } from "../../api/client";
import { RenderFailure } from "../shaders/RenderFailure";
import { useRender } from "../shaders/useRender";

interface Props {
  readonly id: string;
  readonly version: number;
  readonly known: Schemas["RenderPublic"] | undefined;
  readonly isAuthor: boolean;
}

/** The state of the render while there is no still. */
export function RenderState({ id, version, known, isAuthor }: Props) {
  const render = useRender(id, version, known);
  if (render === undefined || render.status === "ready") return null;
  if (render.status === "failed") return <RenderFailure render={render} isAuthor={isAuthor} hasLines />;
  return (
    <p role="status" className="border-l-2 border-line py-1 pl-3 text-sm text-ink-2">
      The still picture of this version is being drawn. This page shows it when it is there.
    </p>
  );
}
