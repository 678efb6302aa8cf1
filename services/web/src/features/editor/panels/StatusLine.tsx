import type { ReactNode } from "react";
import { usePlayerView } from "../../../components/player/usePlayerView";
import { clock } from "../../../lib/dates";
import { hasNewCode, hasNewDetails } from "../../../lib/drafts/draft";
import { useEditorState, useEditorStore } from "../editorStore";

/** The state of the draft, in one line at the bottom. */
export function StatusLine() {
  const editor = useEditorStore();
  const asYouType = useEditorState((state) => state.asYouType);
  return (
    <footer className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line bg-ground px-4 py-1 text-xs text-ink-2 max-lg:sticky max-lg:bottom-0 max-lg:z-20">
      <span role="status">
        <Compiled />
      </span>
      <FrameTime />
      <SavedState />
      <Version />
      <span className="ml-auto flex items-center gap-4">
        <label className="flex items-center gap-2 pointer-coarse:min-h-11">
          <input
            type="checkbox"
            className="accent-accent"
            checked={asYouType}
            onChange={(event) => editor.setAsYouType(event.target.checked)}
          />
          Compile as you type
        </label>
        <button
          type="button"
          className="underline-offset-2 hover:text-ink hover:underline pointer-coarse:min-h-11"
          onClick={() => editor.set({ panel: "keys" })}
        >
          Keys
        </button>
      </span>
    </footer>
  );
}

function Compiled(): ReactNode {
  const { result, compileMs, compiling, running, draft } = useEditorState((state) => state);
  if (compiling && result === null) return "Compiling…";
  if (result === null) return "Not compiled";
  if (result.lost) return "The graphics driver is gone";
  const count = result.errors.length;
  if (count > 0) return <span className="text-bad">{count === 1 ? "1 problem" : `${count} problems`}</span>;
  const behind = running !== draft.source;
  return behind && !compiling ? "Changed since it was compiled" : `Compiled in ${compileMs} ms`;
}

function FrameTime() {
  const player = useEditorState((state) => state.player);
  const { status, frameMs } = usePlayerView(player);
  if (status === "heavy") return <span className="text-bad">Paused: too heavy for this machine</span>;
  if (status !== "playing" && status !== "paused") return null;
  return (
    <span>
      {status === "paused" && "Paused, "}
      {frameMs.toFixed(1)} ms a frame
    </span>
  );
}

function SavedState(): ReactNode {
  const { draft, storage, savedAt } = useEditorState((state) => state);
  if (storage === "memory") return <span>This browser keeps nothing: save before you close the tab</span>;
  if (storage === "failed") return <span className="text-bad">This browser refused to keep it: save, or copy it</span>;
  if (savedAt === null || (!hasNewCode(draft) && !hasNewDetails(draft))) return null;
  return <span>Saved locally at {clock(savedAt)}</span>;
}

function Version(): ReactNode {
  const draft = useEditorState((state) => state.draft);
  if (draft.shaderId !== null) {
    return (
      <span>
        Version {draft.base.version}
        {hasNewCode(draft) && ", changed"}
      </span>
    );
  }
  return <span>{draft.origin === null ? "New shader" : `Fork of ${draft.origin.title}`}</span>;
}
