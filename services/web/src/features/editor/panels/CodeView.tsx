import { useEffect, useRef } from "react";
import { createCode } from "../code/code";
import { useEditorStore } from "../editorStore";

/** The code of the draft. CodeMirror owns the text while it is shown; the store is told of each change. */
export function CodeView() {
  const editor = useEditorStore();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const code = createCode(box.current, editor.draft.source, (text) => editor.edit(text));
    editor.code = code;
    code.setDiagnostics(editor.state.getState().result?.errors ?? []);
    return () => {
      editor.code = null;
      code.destroy();
    };
  }, [editor]);
  return <div ref={box} className="min-w-0 max-lg:order-4 max-lg:min-h-96 lg:min-h-0 lg:flex-1" />;
}
