import { lazy, Suspense, useRef } from "react";
import { ShaderCanvas } from "../../../components/player/ShaderCanvas";
import type { HasStill } from "../../../lib/stills";
import { useEditorState, useEditorStore } from "../editorStore";
import { PublishPanel } from "../publish/PublishPanel";
import type { Saving } from "../useSaving";
import { Parameters } from "./Parameters";
import { PreviewToolbar } from "./PreviewToolbar";
import { SavedRender } from "./SavedRender";

const Solid = lazy(() => import("../solid/Solid"));

/** The picture with all that belongs to it; the publish panel slides over it. */
export function Preview({ saving, still }: { readonly saving: Saving; readonly still: HasStill | null }) {
  const editor = useEditorStore();
  const running = useEditorState((state) => state.running);
  const parameters = useEditorState((state) => state.draft.parameterValues);
  const panel = useEditorState((state) => state.panel);
  const picture = useRef<HTMLDivElement>(null);
  return (
    <div className="relative max-lg:contents lg:min-w-0 lg:flex-1 lg:overflow-hidden">
      <div className="max-lg:contents lg:h-full lg:overflow-y-auto">
        <div ref={picture} className="max-lg:sticky max-lg:top-0 max-lg:z-20 max-lg:order-1 lg:relative">
          <ShaderCanvas
            source={running}
            parameters={parameters}
            still={still}
            label="Picture of the shader"
            className="aspect-video w-full"
            onCompile={(result) => editor.compiled(result, running)}
            onPlayer={(player) => editor.set({ player })}
          />
          {panel === "solid" && (
            <Suspense>
              <Solid picture={picture} />
            </Suspense>
          )}
        </div>
        <PreviewToolbar />
        <SavedRender />
        <Parameters />
      </div>
      {panel === "publish" && <PublishPanel saving={saving} />}
    </div>
  );
}
