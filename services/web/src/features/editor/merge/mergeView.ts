/** Two texts in one view: one to compare with, and the result, which is edited. Side by side where there is room. */

import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { codeBase, replace } from "../code/code";

export interface MergeHandle {
  replace(text: string): void;
  jump(line: number): void;
  destroy(): void;
}

interface Options {
  readonly other: string;
  readonly otherName: string;
  readonly result: string;
  readonly onChange: (text: string) => void;
}

const WIDE = "(min-width: 900px)";
const COLLAPSE = { margin: 4, minSize: 8 };

export function createMergeView(parent: HTMLElement, { other, otherName, result, onChange }: Options): MergeHandle {
  const heard = EditorView.updateListener.of((update) => {
    if (update.docChanged) onChange(update.state.doc.toString());
  });
  const extensions = [codeBase("The result"), heard];
  const { view, destroy } = matchMedia(WIDE).matches ? sideBySide() : unified();
  return {
    replace: (text) => replace(view, text),
    jump: (line) => {
      const { from } = view.state.doc.line(Math.min(line, view.state.doc.lines));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
      view.focus();
    },
    destroy,
  };

  function sideBySide() {
    const readOnly = [codeBase(otherName), EditorState.readOnly.of(true)];
    const made = new MergeView({
      parent,
      a: { doc: other, extensions: readOnly },
      b: { doc: result, extensions },
      revertControls: "a-to-b",
      collapseUnchanged: COLLAPSE,
    });
    return { view: made.b, destroy: () => made.destroy() };
  }

  function unified() {
    const joined = unifiedMergeView({ original: other, collapseUnchanged: COLLAPSE, mergeControls: false });
    const made = new EditorView({ parent, doc: result, extensions: [extensions, joined] });
    return { view: made, destroy: () => made.destroy() };
  }
}
