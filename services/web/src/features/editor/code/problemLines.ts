/** Highlights the lines with diagnostics. */

import { forEachDiagnostic, setDiagnosticsEffect } from "@codemirror/lint";
import { type EditorState, RangeSet, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";

const line = Decoration.line({ class: "cm-problem-line" });

function linesOf(state: EditorState): DecorationSet {
  const starts = new Set<number>();
  forEachDiagnostic(state, (_, from) => starts.add(state.doc.lineAt(from).from));
  return RangeSet.of([...starts].sort((a, b) => a - b).map((at) => line.range(at)));
}

export const problemLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, transaction) => {
    const marked = transaction.effects.some((effect) => effect.is(setDiagnosticsEffect));
    return marked ? linesOf(transaction.state) : before.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});
