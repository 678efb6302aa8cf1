import { lazy, Suspense, useEffect, useState } from "react";
import { CardLoop } from "./CardLoop";
import type { ShaderSummary } from "./shaderPages";

/** The player comes only for who looks for a while. */
const CardLive = lazy(async () => ({ default: (await import("./CardLive")).CardLive }));
const LINGERED_MS = 1500;

interface Props {
  readonly shader: ShaderSummary;
  /** Whether the shader itself may run: where there is no loop, or one that is small for its place. */
  readonly live: boolean;
}

/** What moves over the still while a card is selected: the loop, and then the shader itself where that is worth it. */
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
