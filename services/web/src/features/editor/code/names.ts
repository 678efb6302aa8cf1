/** The names that a source declares, found by regular expressions, so that a source with errors has names too. */

import { scan } from "../../../../runtime/scan";
import { wordKind } from "../../../../runtime/vocabulary";

export interface OwnName {
  readonly name: string;
  readonly kind: "function" | "variable" | "constant" | "type";
  readonly detail: string;
}

const FUNCTION = /\b([A-Za-z_]\w*)\s+([A-Za-z_]\w*)\s*\(([^(){};]*)\)\s*\{/g;
const MACRO = /^[ \t]*#[ \t]*(?:define|iUniform[ \t]+\w+)[ \t]+([A-Za-z_]\w*)/gm;
const STRUCT = /\bstruct\s+([A-Za-z_]\w*)/g;
const VARIABLE = /\b([A-Za-z_]\w*)\s+([A-Za-z_]\w*)\s*(?=[=;,)[])/g;
/** `float a = 1.0, b;`: the names behind the first. */
const MORE = /,\s*([A-Za-z_]\w*)\s*(?=[=;,[])/g;
const TYPE = /\b((?:[ib]|u)?vec[234]|mat[234]|float|int|uint|bool)\s+(?=[A-Za-z_])/;

export function ownNames(source: string): OwnName[] {
  const found = new Map<string, OwnName>();
  const text = scan(source).mask;
  const add = (name: string, kind: OwnName["kind"], detail: string) => {
    if (!found.has(name) && wordKind(name) === null) found.set(name, { name, kind, detail });
  };
  for (const [, name = ""] of text.matchAll(MACRO)) add(name, "constant", "macro");
  for (const [, name = ""] of text.matchAll(STRUCT)) add(name, "type", "struct");
  for (const [, type = "", name = "", given = ""] of text.matchAll(FUNCTION)) {
    if (!STATEMENT_WORDS.has(type)) add(name, "function", `${type} ${name}(${given.replace(/\s+/g, " ").trim()})`);
  }
  for (const [, type = "", name = ""] of text.matchAll(VARIABLE)) {
    if (!STATEMENT_WORDS.has(type)) add(name, "variable", type);
  }
  for (const statement of text.split(/[;{}]/)) {
    const [begin = "", type = ""] = TYPE.exec(statement) ?? [];
    const rest = type === "" ? "" : statement.slice(statement.indexOf(begin) + begin.length);
    for (const [, name = ""] of `${withoutCalls(rest)};`.matchAll(MORE)) add(name, "variable", type);
  }
  return [...found.values()];
}

const STATEMENT_WORDS = new Set([
  "return",
  "else",
  "in",
  "out",
  "inout",
  "define",
  "ifdef",
  "ifndef",
  "undef",
  "struct",
]);

/** The text up to a parenthesis that it does not open, without what stands in parentheses. */
function withoutCalls(text: string): string {
  let kept = "";
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth += 1;
    else if (char === ")" && depth === 0) break;
    else if (char === ")") depth -= 1;
    else if (depth === 0) kept += char;
  }
  return kept;
}
