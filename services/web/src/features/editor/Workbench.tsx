import { lazy, Suspense, useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { type Draft, isUnfinished } from "../../lib/drafts/draft";
import { KEEP_SCROLL } from "../../lib/keepScroll";
import type { HasStill } from "../../lib/stills";
import { useEditorState, useEditorStore } from "./editorStore";
import { CodeView } from "./panels/CodeView";
import { DraftMessages } from "./panels/DraftMessages";
import { Head } from "./panels/Head";
import { Preview } from "./panels/Preview";
import { Problems } from "./panels/Problems";
import { Splitter, useSplit } from "./panels/Splitter";
import { StatusLine } from "./panels/StatusLine";
import { shortcutFor } from "./shortcuts";
import { addressOf, type Saving, useSaving } from "./useSaving";

const ShortcutsDialog = lazy(async () => ({ default: (await import("./panels/ShortcutsDialog")).ShortcutsDialog }));
const MergePanel = lazy(async () => ({ default: (await import("./merge/MergePanel")).MergePanel }));

interface Props {
  readonly copied: boolean;
  readonly offered: readonly Draft[];
  readonly still: HasStill | null;
}

/** Code and preview side by side; on narrow screens the preview stays on top. */
export function Workbench({ copied, offered, still }: Props) {
  const editor = useEditorStore();
  const saving = useSaving(editor);
  const [split, setSplit] = useSplit();
  const panel = useEditorState((state) => state.panel);
  const merging = useEditorState((state) => state.draft.merge !== null);
  const box = useKeys(saving);
  useAddress();
  useWarning();
  return (
    <div ref={box} className="flex min-h-[calc(100dvh-3rem)] flex-col bg-raised lg:h-[calc(100dvh-3rem)]">
      <h1 className="sr-only">Editor</h1>
      <DraftMessages copied={copied} offered={offered} />
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
          <Preview saving={saving} still={still} />
        </div>
      )}
      <StatusLine />
      {panel === "keys" && (
        <Suspense>
          <ShortcutsDialog />
        </Suspense>
      )}
    </div>
  );
}

/** In the capture phase, so that the shortcuts work wherever the focus is. */
function useKeys({ save }: Saving) {
  const editor = useEditorStore();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const key = shortcutFor(event);
      if (key === undefined || isElsewhere(event.target, box.current)) return;
      event.preventDefault();
      event.stopPropagation();
      key.act(editor, () => void save());
    };
    document.addEventListener("keydown", act, true);
    return () => document.removeEventListener("keydown", act, true);
  }, [editor, save]);
  return box;
}

/** In the header or a dialog. The document itself, which has the focus when nothing else has, does not count. */
function isElsewhere(target: EventTarget | null, box: HTMLElement | null): boolean {
  return target instanceof Element && !target.contains(box) && box?.contains(target) === false;
}

/** Puts the id of a saved draft into the address, so that a reload, a crash and a sign-in return to it. */
function useAddress(): void {
  const editor = useEditorStore();
  const navigate = useNavigate();
  const id = useEditorState((state) => state.draft.id);
  const saved = useEditorState(
    (state) => state.savedAt !== null && editor.isUnfinished && state.storage === "persistent",
  );
  useEffect(() => {
    const address = addressOf({ ...editor.draft, id });
    if (saved && location.pathname + location.search !== address) {
      void navigate(address, { replace: true, state: KEEP_SCROLL });
    }
  }, [editor, navigate, id, saved]);
}

/** Asks before leaving the page where the browser stores nothing. */
function useWarning(): void {
  const isAtRisk = useEditorState(({ draft, storage }) => storage !== "persistent" && isUnfinished(draft));
  useEffect(() => {
    if (!isAtRisk) return;
    const warn = (event: Event) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isAtRisk]);
}
