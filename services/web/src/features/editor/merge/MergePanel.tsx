import { useEffect, useRef, useState } from "react";
import { Button } from "../../../components/ui/Button";
import { Select } from "../../../components/ui/Select";
import type { OpenMerge } from "../../../lib/drafts/draft";
import { useEditorState, useEditorStore } from "../editorStore";
import { merged } from "../saving";
import { Conflicts } from "./Conflicts";
import { conflictsIn } from "./merge";
import { createMergeView, type MergeHandle } from "./mergeView";

type Side = "theirs" | "mine" | "base";

/** Stands in the place of code and picture while somebody else's edit and this one are joined. */
export function MergePanel({ onSave }: { readonly onSave: () => Promise<void> }) {
  const editor = useEditorStore();
  const merge = useEditorState((state) => state.draft.merge);
  const saving = useEditorState((state) => state.saving);
  const view = useRef<MergeHandle | null>(null);
  if (merge === null) return null;
  const conflicts = conflictsIn(merge.result);
  const finish = () => {
    editor.change(merged(editor.draft, merge));
    editor.compile();
    void onSave();
  };
  return (
    <section aria-label="Merge" className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-3">
        <div className="min-w-0 flex-1 basis-72">
          <h2 className="text-base font-medium">
            Version {merge.theirs.version} was saved while you edited version {merge.base.version}
          </h2>
          <p className="text-sm text-ink-2">
            {conflicts.length === 0
              ? "Both edits are in the result. Look at it, change what you like, and save it."
              : "Where both changed the same lines, choose, or edit the result. Nothing is lost until you save."}
          </p>
        </div>
        <Button variant="quiet" onClick={() => editor.setMerge(null)}>
          Back to my text
        </Button>
        <Button variant="main" disabled={saving || conflicts.length > 0} onClick={finish}>
          Save as version {merge.theirs.version + 1}
        </Button>
      </header>
      <Conflicts conflicts={conflicts} result={merge.result} view={view} />
      <Compared merge={merge} view={view} />
    </section>
  );
}

interface ComparedProps {
  readonly merge: OpenMerge;
  readonly view: React.RefObject<MergeHandle | null>;
}

function Compared({ merge, view }: ComparedProps) {
  const editor = useEditorStore();
  const [side, setSide] = useState<Side>("theirs");
  const box = useRef<HTMLDivElement>(null);
  const other = side === "mine" ? merge.mine : merge[side].source;
  useEffect(() => {
    const { merge: now } = editor.draft;
    if (box.current === null || now === null) return;
    const otherName = { theirs: "The newest version", mine: "Your text", base: "What both began with" }[side];
    const onChange = (result: string) => {
      if (editor.draft.merge !== null) editor.setMerge({ ...editor.draft.merge, result });
    };
    const made = createMergeView(box.current, { other, otherName, result: now.result, onChange });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, [editor, other, side, view]);
  return (
    <>
      <p className="flex items-center gap-2 border-b border-line px-4 py-2 text-sm text-ink-2">
        <span aria-hidden="true">Left</span>
        <Select<Side>
          label="Left"
          value={side}
          options={[
            ["theirs", `The newest version (${merge.theirs.version})`],
            ["mine", "Your text"],
            ["base", `What both began with (${merge.base.version})`],
          ]}
          onChange={setSide}
        />
        <span className="ml-auto max-md:hidden">Right: the result, which you can edit</span>
      </p>
      <div ref={box} className="min-h-96 flex-1 overflow-auto" />
    </>
  );
}
