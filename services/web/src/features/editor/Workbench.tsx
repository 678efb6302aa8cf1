import { lazy, Suspense, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { STAYS } from "../../app/stays";
import { type Draft, isUnfinished } from "../../lib/drafts/draft";
import { useDesk, useDeskState } from "./desk";
import { keyFor } from "./keys";
import { CodeView } from "./parts/CodeView";
import { DeskNotices } from "./parts/DeskNotices";
import { Head } from "./parts/Head";
import { KeysDialog } from "./parts/KeysDialog";
import { PictureSide } from "./parts/PictureSide";
import { Problems } from "./parts/Problems";
import { Splitter, useSplit } from "./parts/Splitter";
import { StatusLine } from "./parts/StatusLine";
import { addressOf, type Saving, useSaving } from "./useSaving";

const MergePanel = lazy(async () => ({ default: (await import("./merge/MergePanel")).MergePanel }));

interface Props {
  readonly copied: boolean;
  readonly offered: readonly Draft[];
  readonly still: string | null;
}

/** Code and picture side by side; on narrow screens the picture stays on top. */
export function Workbench({ copied, offered, still }: Props) {
  const desk = useDesk();
  const saving = useSaving(desk);
  const [split, setSplit] = useSplit();
  const panel = useDeskState((state) => state.panel);
  const merging = useDeskState((state) => state.draft.merge !== null);
  const box = useKeys(saving);
  useAddress();
  useWarning();
  return (
    <div ref={box} className="flex min-h-[calc(100dvh-3rem)] flex-col bg-raised lg:h-[calc(100dvh-3rem)]">
      <h1 className="sr-only">Editor</h1>
      <DeskNotices copied={copied} offered={offered} />
      {merging ? (
        <Suspense fallback={<div className="flex-1" />}>
          <MergePanel onSave={saving.save} />
        </Suspense>
      ) : (
        <div
          className="flex min-h-0 flex-1 flex-col lg:flex-row"
          style={{ "--split": `${split}%` } as React.CSSProperties}
        >
          <div className="max-lg:contents lg:flex lg:min-h-0 lg:w-(--split) lg:min-w-0 lg:flex-col">
            <Head saving={saving} />
            <CodeView />
            <Problems />
          </div>
          <Splitter value={split} onChange={setSplit} />
          <PictureSide saving={saving} still={still} />
        </div>
      )}
      <StatusLine />
      {panel === "keys" && <KeysDialog />}
    </div>
  );
}

/** Before anything in the page, so that the keys mean the same wherever the focus is. */
function useKeys({ save }: Saving) {
  const desk = useDesk();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const key = keyFor(event);
      if (key === undefined || isElsewhere(event.target, box.current)) return;
      event.preventDefault();
      event.stopPropagation();
      key.act(desk, () => void save());
    };
    document.addEventListener("keydown", act, true);
    return () => document.removeEventListener("keydown", act, true);
  }, [desk, save]);
  return box;
}

/** In the bar or a dialog of the page around; what has no focus of its own, such as the page as a whole, is not elsewhere. */
function isElsewhere(target: EventTarget | null, box: HTMLElement | null): boolean {
  return target instanceof Element && !target.contains(box) && box?.contains(target) === false;
}

/** The address names the draft as soon as there is one, so that a reload, a crash and a sign-in come back to it. */
function useAddress(): void {
  const desk = useDesk();
  const navigate = useNavigate();
  const id = useDeskState((state) => state.draft.id);
  const kept = useDeskState((state) => state.keptAt !== null && desk.isUnfinished && state.storage === "kept");
  useEffect(() => {
    const wanted = addressOf({ ...desk.draft, id });
    if (kept && location.pathname + location.search !== wanted) {
      void navigate(wanted, { replace: true, state: STAYS });
    }
  }, [desk, navigate, id, kept]);
}

/** Only where the browser keeps nothing does leaving the page lose anything. */
function useWarning(): void {
  const isAtRisk = useDeskState(({ draft, storage }) => storage !== "kept" && isUnfinished(draft));
  useEffect(() => {
    if (!isAtRisk) return;
    const warn = (event: Event) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isAtRisk]);
}
