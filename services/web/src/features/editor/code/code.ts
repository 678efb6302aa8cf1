/** The code editor without React: CodeMirror for GLSL, and the handle by which the page controls it. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from "@codemirror/language";
import { lintGutter, nextDiagnostic, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { ShaderError } from "../../../../runtime";
import { boot } from "../../../lib/boot";
import { complete } from "./completion";
import { glsl } from "./glsl";
import { problemLines } from "./problemLines";
import { diagnostics, rangeOf } from "./problems";
import { codeTheme } from "./theme";

export interface CodeHandle {
  setDiagnostics(errors: readonly ShaderError[]): void;
  jump(error: ShaderError): void;
  nextProblem(): void;
  /** Replaces the part that differs, as one step of undo. */
  replace(text: string): void;
  focus(): void;
  destroy(): void;
}

const FOLD_SIGNS = { openText: "▾", closedText: "▸" };

/** The extensions of every code view, also those of a merge. */
export function codeBase(label: string): Extension {
  return [
    boot.nonce ? EditorView.cspNonce.of(boot.nonce) : [],
    EditorView.contentAttributes.of({
      // CodeMirror is focusable without it; accessibility checkers are not aware of that.
      tabindex: "0",
      "aria-label": label,
      spellcheck: "false",
      autocapitalize: "off",
      autocorrect: "off",
    }),
    EditorState.tabSize.of(2),
    lineNumbers(),
    drawSelection(),
    history(),
    bracketMatching(),
    indentOnInput(),
    glsl(),
    codeTheme,
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, indentWithTab]),
  ];
}

function editing(): Extension {
  return [
    lintGutter({ hoverTime: 150 }),
    problemLines,
    foldGutter(FOLD_SIGNS),
    closeBrackets(),
    autocompletion({ override: [complete], icons: false, activateOnTypingDelay: 120 }),
    search({ top: true }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    keymap.of([...closeBracketsKeymap, ...completionKeymap]),
  ];
}

export function createCode(parent: HTMLElement, text: string, changed: (text: string) => void): CodeHandle {
  const heard = EditorView.updateListener.of((update) => {
    if (update.docChanged) changed(update.state.doc.toString());
  });
  const extensions = [codeBase("Shader code"), editing(), heard];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    setDiagnostics: (errors) => view.dispatch(setDiagnostics(view.state, diagnostics(errors, view.state.doc))),
    jump: (error) => jump(view, rangeOf(error, view.state.doc)),
    nextProblem: () => {
      view.focus();
      nextDiagnostic(view);
    },
    replace: (next) => replace(view, next),
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function jump(view: EditorView, { from, to }: { from: number; to: number }): void {
  view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
  view.focus();
}

/** Only the middle that differs is replaced, so that cursor and scroll stay where they can. */
export function replace(view: EditorView, next: string): void {
  const now = view.state.doc.toString();
  if (now === next) return;
  let from = 0;
  while (from < Math.min(now.length, next.length) && now[from] === next[from]) from += 1;
  let end = 0;
  const most = Math.min(now.length, next.length) - from;
  while (end < most && now[now.length - 1 - end] === next[next.length - 1 - end]) end += 1;
  view.dispatch({ changes: { from, to: now.length - end, insert: next.slice(from, next.length - end) } });
}
