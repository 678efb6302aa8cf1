/** GLSL in CodeMirror: indentation, folding and brackets by the C++ grammar, colours as on a shader's page, docs on hover. */

import { cpp } from "@codemirror/lang-cpp";
import { indentUnit } from "@codemirror/language";
import { type Extension, RangeSetBuilder } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  hoverTooltip,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { detectDialect } from "../../../../runtime";
import { type Token, type TokenKind, tokenize } from "../../../lib/glsl";
import { explain } from "./completion";

const COLOURS: Readonly<Record<Exclude<TokenKind, "plain">, string>> = {
  comment: "var(--code-comment)",
  directive: "var(--code-keyword)",
  number: "var(--code-number)",
  keyword: "var(--code-keyword)",
  type: "var(--code-type)",
  builtin: "var(--code-builtin)",
};
const MARKS = Object.fromEntries(
  Object.keys(COLOURS).map((kind) => [kind, Decoration.mark({ class: `cm-glsl-${kind}` })]),
);
const colourTheme = EditorView.theme(
  Object.fromEntries(Object.entries(COLOURS).map(([kind, color]) => [`.cm-glsl-${kind}`, { color }])),
);

/** The tokens of the lines in view; the whole text is divided after each change, because a comment may open anywhere. */
const highlighter = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    private lines: Token[][];

    constructor(view: EditorView) {
      this.lines = tokenize(view.state.doc.toString());
      this.decorations = decorate(view, this.lines);
    }

    update({ docChanged, viewportChanged, view }: ViewUpdate): void {
      if (docChanged) this.lines = tokenize(view.state.doc.toString());
      if (docChanged || viewportChanged) this.decorations = decorate(view, this.lines);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

function decorate({ state, visibleRanges }: EditorView, lines: readonly Token[][]): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>();
  for (const { from, to } of visibleRanges) {
    const last = state.doc.lineAt(to).number;
    for (let number = state.doc.lineAt(from).number; number <= last; number += 1) {
      let at = state.doc.line(number).from;
      for (const { kind, text } of lines[number - 1] ?? []) {
        const mark = MARKS[kind];
        if (mark !== undefined) marks.add(at, at + text.length, mark);
        at += text.length;
      }
    }
  }
  return marks.finish();
}

const hover = hoverTooltip((view, at) => {
  const word = view.state.wordAt(at);
  const known = word && explain(view.state.sliceDoc(word.from, word.to), detectDialect(view.state.doc.toString()));
  if (!word || !known) return null;
  return { pos: word.from, end: word.to, above: true, create: () => ({ dom: about(known.head, known.about) }) };
});

function about(head: string, text: string): HTMLElement {
  const box = document.createElement("div");
  box.className = "cm-about";
  for (const [name, content] of [
    ["cm-about-head", head],
    ["cm-about-text", text],
  ] as const) {
    const line = document.createElement("div");
    line.className = name;
    line.textContent = content;
    box.append(line);
  }
  return box;
}

export function glsl(): Extension {
  return [cpp(), highlighter, colourTheme, hover, indentUnit.of("  ")];
}
