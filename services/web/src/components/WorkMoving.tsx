import { lazy, Suspense, useEffect, useState } from "react";
import { WorkLoop } from "./WorkLoop";
import type { Work } from "./works";

/** The player comes only for who looks for a while. */
const WorkLive = lazy(async () => ({ default: (await import("./WorkLive")).WorkLive }));
const LINGERED_MS = 1500;

interface Props {
  readonly work: Work;
  /** Whether the work itself may run: where there is no loop, or one that is small for its place. */
  readonly live: boolean;
}

/** What moves over the still while a card is asked for: the loop, and then the work itself where that is worth it. */
export function WorkMoving({ work, live }: Props) {
  const lingers = useLingers(live && work.animated !== false);
  return (
    <>
      {work.preview_url !== null && <WorkLoop url={work.preview_url} />}
      {lingers && (
        <Suspense>
          <WorkLive work={work} />
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
