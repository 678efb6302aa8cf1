/**
 * A copy of a shader in which no whole number that is divided is the lowest of all: -2147483648 divided by -1 is more
 * than a number can be, and the processor ends the process that tries. It is drawn only where the shader itself has
 * ended the GPU process, so what it costs and that it is off by one for that number does not matter to others.
 *
 * Only the text is changed: `a / b` and `a % b`, and not `a /= b`. What does not compile so is drawn as it is.
 */

import type { CompileResult } from "../runtime";
import { ownPrefix } from "../runtime/declares";
import { type Dialect, detectDialect, leadingVersion } from "../runtime/dialect";
import { scan } from "../runtime/scan";
import type { Stage } from "./stage";
import type { OpenCommand } from "./wire";

type Opened = Pick<OpenCommand, "source" | "dialect" | "sampled">;

const TOKEN = /[A-Za-z_]\w*|\d[\w.]*|\.\d\w*|[-+*/%<>=!&|^]=|\+\+|--|&&|\|\||<<|>>|\^\^|\S/g;
const OPERAND = /^[\w.]+$/;
const FLOATS = ["float", "vec2", "vec3", "vec4", "mat2", "mat3", "mat4"];
const UNSIGNED = ["uint", "uvec2", "uvec3", "uvec4"];
const PARTS = ["x", "y", "z", "w"];

export function compile(stage: Stage, { source, dialect, sampled }: Opened): CompileResult {
  return stage.compile(source, { dialect, sampled });
}

/** The copy comes first, because a division of constants ends the process while it is compiled. */
export function compileGuarded(stage: Stage, command: Opened): CompileResult {
  const dialect = command.dialect ?? detectDialect(command.source);
  if (dialect === null) return compile(stage, command);
  const guarded = compile(stage, { ...command, source: guardedCopy(command.source, dialect), dialect });
  return guarded.ok ? guarded : compile(stage, command);
}

export function guardedCopy(source: string, dialect: Dialect): string {
  const found = scan(source);
  const guard = `${ownPrefix(found)}dividend`;
  const last = found.lines.findLast((line) => line.directive === "extension" || line.directive === "version");
  const at = last === undefined ? 0 : (found.origin[last.to] ?? 0);
  const newer = dialect === "shadertoy" || dialect === "es300" || leadingVersion(found)?.version === 300;
  const rest = withGuards(found.source.slice(at), found.mask.slice(at), guard);
  return `${found.source.slice(0, at)}\n${functions(guard, newer)}\n${rest}`;
}

function functions(name: string, newer: boolean): string {
  const same = [...FLOATS, ...(newer ? UNSIGNED : [])].map((type) => `${type} ${name}(${type} x) { return x; }`);
  const low = "-2147483647";
  const one = `int ${name}(int x) { return x < ${low} ? ${low} : x; }`;
  const several = [2, 3, 4].map((size) => {
    const parts = PARTS.slice(0, size).map((part) => `${name}(x.${part})`);
    return `ivec${size} ${name}(ivec${size} x) { return ivec${size}(${parts.join(", ")}); }`;
  });
  return [...same, one, ...several].join("\n");
}

/** Puts every dividend into the guard; `mask` is the text without comments. */
function withGuards(source: string, mask: string, guard: string): string {
  const tokens = [...mask.matchAll(TOKEN)].map((match) => ({ text: match[0], at: match.index }));
  const inserted: [at: number, text: string][] = [];
  tokens.forEach(({ text, at }, index) => {
    const first = text === "/" || text === "%" ? tokens[dividend(tokens, index)] : undefined;
    if (first !== undefined && first.at < at) inserted.push([first.at, `${guard}(`], [at, ")"]);
  });
  let result = "";
  let last = 0;
  for (const [at, text] of inserted.sort(([one], [other]) => one - other)) {
    result += source.slice(last, at) + text;
    last = at;
  }
  return result + source.slice(last);
}

/** The token with which the product begins that stands before the operator at `index`. */
function dividend(tokens: readonly { readonly text: string }[], index: number): number {
  let at = operand(tokens, index - 1);
  while (/^[*/%]$/.test(tokens[at - 1]?.text ?? "")) at = operand(tokens, at - 2);
  return at;
}

/** The token with which the operand begins that ends at `index`: a name or number with what is called or indexed. */
function operand(tokens: readonly { readonly text: string }[], index: number): number {
  let at = index;
  for (;;) {
    const text = tokens[at]?.text ?? "";
    if (text === ")" || text === "]") {
      at = opening(tokens, at);
      if (!OPERAND.test(tokens[at - 1]?.text ?? "") && !/^[)\]]$/.test(tokens[at - 1]?.text ?? "")) return at;
      at -= 1;
    } else if (tokens[at - 1]?.text === ".") at -= 2;
    else return at;
  }
}

function opening(tokens: readonly { readonly text: string }[], index: number): number {
  let depth = 0;
  for (let at = index; at >= 0; at--) {
    const text = tokens[at]?.text ?? "";
    if (/^[)\]]$/.test(text)) depth += 1;
    else if (/^[([]$/.test(text) && --depth === 0) return at;
  }
  return 0;
}
