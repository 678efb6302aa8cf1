/** Completion: the dialect's uniforms, the source's own names, built-in functions, keywords; and docs for hovering. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";
import { type Dialect, detectDialect } from "../../../../runtime";
import { CONSTANTS, KEYWORDS, TYPES } from "../../../../runtime/vocabulary";
import { BUILTINS } from "./functions";
import { ownNames } from "./names";
import { uniformsOf } from "./uniforms";

export function completions(source: string, word: string): Completion[] {
  const dialect = detectDialect(source);
  const own = ownNames(source).filter(({ name }) => name !== word || source.split(name).length > 2);
  return [
    ...uniformsOf(dialect).map(({ name, type, about }) => option(name, "variable", `uniform ${type}`, about, 3)),
    ...own.map(({ name, kind, detail }) => option(name, kind, detail, "", 2)),
    ...BUILTINS.filter(({ versions }) => versions.some((one) => knows(dialect, one))).map(
      ({ name, signature, about }) => option(name, "function", signature, about, 1),
    ),
    ...TYPES.map((name) => option(name, "type", "type", "", 0)),
    ...KEYWORDS.map((name) => option(name, "keyword", "", "", 0)),
    ...CONSTANTS.map((name) => option(name, "constant", "", "", 0)),
  ];
}

/** Shadertoy and plain ES 3.00 are new; what only ES 3.00 knows is taken in old texts too. */
function knows(dialect: Dialect | null, version: 100 | 300): boolean {
  return version === 300 || (dialect !== "es300" && dialect !== "shadertoy");
}

function option(label: string, type: string, detail: string, info: string, boost: number): Completion {
  return { label, type, boost, ...(detail !== "" && { detail }), ...(info !== "" && { info }) };
}

export function complete(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/[A-Za-z_]\w*/);
  if (word === null && !context.explicit) return null;
  const from = word?.from ?? context.pos;
  const before = context.state.sliceDoc(Math.max(0, from - 1), from);
  if (/[.\d]/.test(before) || (!context.explicit && context.pos - from < 2)) return null;
  if (/Comment/.test(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
  return { from, options: completions(context.state.doc.toString(), word?.text ?? ""), validFor: /^\w*$/ };
}

/** The docs of a built-in name, for hovering. */
export function explain(
  name: string,
  dialect: Dialect | null,
): { readonly head: string; readonly about: string } | null {
  const builtin = BUILTINS.find((one) => one.name === name);
  if (builtin !== undefined) return { head: builtin.signature, about: builtin.about };
  const uniform = uniformsOf(dialect).find((one) => one.name === name);
  return uniform === undefined ? null : { head: `${uniform.type} ${name}`, about: uniform.about };
}
