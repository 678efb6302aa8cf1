import { lazy, Suspense, useRef } from "react";
import { ShaderCanvas } from "../../../player/ShaderCanvas";
import { useDesk, useDeskState } from "../desk";
import { PublishPanel } from "../publish/PublishPanel";
import type { Saving } from "../useSaving";
import { Controls } from "./Controls";
import { Parameters } from "./Parameters";

const Solid = lazy(() => import("../solid/Solid"));

/** The picture with all that belongs to it; the publish panel slides over it. */
export function PictureSide({ saving, still }: { readonly saving: Saving; readonly still: string | null }) {
  const desk = useDesk();
  const running = useDeskState((state) => state.running);
  const parameters = useDeskState((state) => state.draft.parameterValues);
  const panel = useDeskState((state) => state.panel);
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
            onCompile={(result) => desk.compiled(result, running)}
            onPlayer={(player) => desk.set({ player })}
          />
          {panel === "solid" && (
            <Suspense>
              <Solid picture={picture} />
            </Suspense>
          )}
        </div>
        <Controls />
        <Parameters />
      </div>
      {panel === "publish" && <PublishPanel saving={saving} />}
    </div>
  );
}
