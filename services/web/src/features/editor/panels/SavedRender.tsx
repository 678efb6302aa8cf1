import { RenderFailure } from "../../shaders/RenderFailure";
import { useRender } from "../../shaders/useRender";
import { useEditorState } from "../editorStore";

/** Says it when the version that was saved last has no picture, and why. */
export function SavedRender() {
  const { shaderId, base } = useEditorState((state) => state.draft);
  return shaderId === null ? null : <Failure id={shaderId} version={base.version} />;
}

function Failure({ id, version }: { readonly id: string; readonly version: number }) {
  const render = useRender(id, version, undefined);
  if (render?.status !== "failed") return null;
  return (
    <div className="px-4 pb-3 max-lg:order-2">
      <RenderFailure render={render} isAuthor />
    </div>
  );
}
