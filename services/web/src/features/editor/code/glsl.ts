/** GLSL on the C++ grammar: its own words, built-in functions and host uniforms are marked by what they are. */

import { cpp } from "@codemirror/lang-cpp";
import { indentUnit, syntaxHighlighting, syntaxTree } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  hoverTooltip,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from "@codemirror/view";
import { BUILTIN_NAMES, detectDialect } from "../../../../runtime";
import { explain } from "./completion";
import { FUNCTIONS } from "./functions";
import { codeColours } from "./theme";
import { CONSTANT_WORDS, KEYWORD_WORDS, TYPE_WORDS } from "./words";

const marks = {
  keyword: Decoration.mark({ class: "cm-glsl-keyword" }),
  type: Decoration.mark({ class: "cm-glsl-type" }),
  builtin: Decoration.mark({ class: "cm-glsl-builtin" }),
};
const NAMES = new Map<string, Decoration>([
  ...FUNCTIONS.map(({ name }) => [name, marks.builtin] as const),
  ...[...BUILTIN_NAMES, ...CONSTANT_WORDS].map((name) => [name, marks.builtin] as const),
  ...[...TYPE_WORDS].map((name) => [name, marks.type] as const),
  ...[...KEYWORD_WORDS].map((name) => [name, marks.keyword] as const),
]);

const matcher = new MatchDecorator({
  regexp: /[A-Za-z_]\w*/g,
  decorate: (add, from, to, [name], view) => {
    const mark = NAMES.get(name);
    if (mark === undefined || view.state.sliceDoc(from - 1, from) === ".") return;
    if (!/Comment|String/.test(syntaxTree(view.state).resolveInner(from, 1).name)) add(from, to, mark);
  },
});

const words = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }

    update(update: ViewUpdate): void {
      const parsed = syntaxTree(update.state) !== syntaxTree(update.startState);
      // A comment that opens changes what everything behind it is.
      this.decorations = parsed ? matcher.createDeco(update.view) : matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const wordColours = EditorView.theme({
  ".cm-glsl-keyword, .cm-glsl-keyword *": { color: "var(--code-keyword)" },
  ".cm-glsl-type, .cm-glsl-type *": { color: "var(--code-type)" },
  ".cm-glsl-builtin, .cm-glsl-builtin *": { color: "var(--code-builtin)" },
});

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
  return [cpp(), syntaxHighlighting(codeColours), words, wordColours, hover, indentUnit.of("  ")];
}
