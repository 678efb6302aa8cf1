import { lazy, Suspense, useEffect, useState } from "react";
import { CardLoop } from "./CardLoop";
import type { ShaderSummary } from "./shaderPages";

/** The player is loaded after a while only. */
const CardLive = lazy(async () => ({ default: (await import("./CardLive")).CardLive }));
const LINGERED_MS = 1500;

interface Props {
  readonly shader: ShaderSummary;
  /** Whether the shader itself may run: on cards without a loop, or larger than their loop. */
  readonly live: boolean;
}

/** The animation over the still of an active card: the loop, then the shader itself. */
export function CardPreview({ shader, live }: Props) {
  const lingers = useLingers(live && shader.animated !== false);
  return (
    <>
      {shader.preview_url !== null && <CardLoop url={shader.preview_url} />}
      {lingers && (
        <Suspense>
          <CardLive shader={shader} />
        </Suspense>
      )}
    </>
  );
}

function useLingers(wanted: boolean): boolean {
  const [lingers, setLingers] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => setLingers(true), LINGERED_MS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return wanted && lingers;
}
