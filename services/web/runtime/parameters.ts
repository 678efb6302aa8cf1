/**
 * Reads the uniforms that an author offers as controls, and fits given values to them.
 *
 *     uniform float speed; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"
 *     uniform vec3 tint;   // = vec3(1.0, 0.5, 0.2) color
 *     #iUniform float glow = 0.5 in {0.0, 2.0} step 0.1
 *
 * A declaration whose comment does not begin so is no parameter; nothing here fails, and of a comment its first 400
 * characters count. `services/core/glsl/parameters.py` gives the same answers.
 */

import { BUILTIN_NAMES } from "./builtins";
import { type LogicalLine, type Scan, scan } from "./scan";

export type ParameterType = "float" | "int" | "bool" | "vec2" | "vec3" | "vec4";
export type ParameterValue = number | boolean | readonly number[];
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: ParameterValue;
  readonly min: number | null;
  readonly max: number | null;
  readonly step: number | null;
  readonly label: string | null;
  readonly widget: "slider" | "color" | "toggle";
}

export interface Declaration {
  readonly name: string;
  readonly type: ParameterType;
  /** True for `color3` and `color4`. */
  readonly color: boolean;
  readonly annotation: string;
  readonly line: LogicalLine;
}

const MAX_PARAMETERS = 64;
const MAX_LABEL = 80;
const MAX_ANNOTATION = 400;
const INT_LIMIT = 2_147_483_647;

// Read in one way only: with two, a long row of digits would take quadratic time.
const NUMBER = "[-+]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][-+]?[0-9]+)?";
const END = "[fF]?(?![\\w.])";
const UNIFORM =
  /^[ \t\v\f]*uniform[ \t\v\f]+(?:(?:lowp|mediump|highp)[ \t\v\f]+)?(float|int|bool|vec[234])[ \t\v\f]+([A-Za-z_]\w*)[ \t\v\f]*;[ \t\v\f]*$/;
const DIRECTIVE =
  /^[ \t\v\f]*#[ \t\v\f]*iUniform[ \t\v\f]+(float|int|bool|vec[234]|color[34])[ \t\v\f]+([A-Za-z_]\w*)[ \t\v\f]*(=.*)$/;
const DEFAULT = new RegExp(
  `^[ \\t]*=[ \\t]*(?:(true|false)(?!\\w)|(${NUMBER})${END}|(?:vec|color)([234])[ \\t]*\\(([^()]*)\\))`,
);
const CLAUSE = new RegExp(
  `[ \\t]*(?:in[ \\t]*[[{][ \\t]*(${NUMBER})[fF]?[ \\t]*,[ \\t]*(${NUMBER})[fF]?[ \\t]*[\\]}]` +
    `|step[ \\t]+(${NUMBER})${END}|(color)(?!\\w)|"([^"]*)")`,
  "y",
);
const COMPONENT = new RegExp(`^[ \\t]*(${NUMBER})[fF]?[ \\t]*$`);

/** The declarations of the text that ask to be a parameter, in its order; the first of a name counts. */
export function declarations(found: Scan): Declaration[] {
  const made: Declaration[] = [];
  const names = new Set<string>(BUILTIN_NAMES);
  for (const line of found.lines) {
    const declaration = declarationOn(line);
    if (declaration === null || names.has(declaration.name) || declaration.name.includes("__")) continue;
    names.add(declaration.name);
    made.push(declaration);
  }
  return made;
}

function declarationOn(line: LogicalLine): Declaration | null {
  if (line.directive === "iUniform") {
    const match = DIRECTIVE.exec(line.text);
    if (!match?.[1] || !match[2] || !match[3]) return null;
    const color = match[1].startsWith("color");
    const type = (color ? `vec${match[1].slice(-1)}` : match[1]) as ParameterType;
    return { name: match[2], type, color, annotation: bounded(match[3]), line };
  }
  const match = line.directive === null && line.comment !== null ? UNIFORM.exec(line.text) : null;
  if (!match?.[1] || !match[2]) return null;
  return {
    name: match[2],
    type: match[1] as ParameterType,
    color: false,
    annotation: bounded(line.comment ?? ""),
    line,
  };
}

/** The beginning of an annotation, counted in characters as Python does. */
function bounded(text: string): string {
  return text.length <= MAX_ANNOTATION
    ? text
    : [...text.slice(0, 2 * MAX_ANNOTATION)].slice(0, MAX_ANNOTATION).join("");
}

export function parseParameters(source: string): Parameter[] {
  return parametersOf(scan(source));
}

export function parametersOf(found: Scan): Parameter[] {
  const made: Parameter[] = [];
  for (const declaration of declarations(found)) {
    const parameter = parameterOf(declaration);
    if (parameter !== null && made.length < MAX_PARAMETERS) made.push(parameter);
  }
  return made;
}

function parameterOf({ name, type, color, annotation }: Declaration): Parameter | null {
  const match = DEFAULT.exec(annotation);
  const initial = match && defaultOf(type, match);
  if (!match || initial === null || initial === undefined) return null;
  const clauses = clausesOf(annotation, match[0].length);
  const asColor = (color || clauses.color) && (type === "vec3" || type === "vec4");
  if (typeof initial === "boolean") {
    return { name, type, default: initial, min: null, max: null, step: null, label: clauses.label, widget: "toggle" };
  }
  const [min, max] = rangeOf(type, initial, clauses.range, asColor);
  return {
    name,
    type,
    default: clampNumbers(initial, min, max),
    min,
    max,
    step: stepOf(type, clauses.step),
    label: clauses.label,
    widget: asColor ? "color" : "slider",
  };
}

function number(text: string | undefined): number | null {
  const value = text === undefined ? Number.NaN : Number(text) + 0;
  return Number.isFinite(value) ? value : null;
}

function whole(value: number): number {
  return Math.min(Math.max(Math.floor(value + 0.5), -INT_LIMIT), INT_LIMIT);
}

function defaultOf(type: ParameterType, match: RegExpExecArray): number | boolean | number[] | null {
  if (type === "bool") return match[1] === undefined ? null : match[1] === "true";
  if (type === "float" || type === "int") {
    const value = number(match[2]);
    return value === null || type === "float" ? value : whole(value);
  }
  const count = Number(type.slice(-1));
  if (Number(match[3]) !== count) return null;
  const parts = (match[4] ?? "").split(",").map((part) => number(COMPONENT.exec(part)?.[1]));
  const values = parts.filter((part) => part !== null);
  if (values.length !== parts.length || (values.length !== 1 && values.length !== count)) return null;
  return values.length === count ? values : new Array<number>(count).fill(values[0] ?? 0);
}

interface Clauses {
  range: readonly [number, number] | null;
  step: number | null;
  color: boolean;
  label: string | null;
}

/** Reads clauses in any order; the first thing that is none of them ends the annotation. */
function clausesOf(annotation: string, from: number): Clauses {
  const found: Clauses = { range: null, step: null, color: false, label: null };
  CLAUSE.lastIndex = from;
  for (let match = CLAUSE.exec(annotation); match !== null; match = CLAUSE.exec(annotation)) {
    const [min, max] = [number(match[1]), number(match[2])];
    if (min !== null && max !== null && min < max) found.range = [min, max];
    if (match[3] !== undefined) found.step = number(match[3]);
    if (match[4] !== undefined) found.color = true;
    if (match[5] !== undefined) found.label = labelOf(match[5]);
  }
  return found;
}

function labelOf(text: string): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const clean = text.replace(/[\u0000-\u001F\u007F]/g, "").replace(/^ +| +$/g, "");
  return clean === "" ? null : [...clean].slice(0, MAX_LABEL).join("");
}

type Range = readonly [number | null, number | null];

function rangeOf(type: ParameterType, initial: number | number[], given: Clauses["range"], color: boolean): Range {
  if (typeof initial !== "number") return given ?? (color ? [0, 1] : [null, null]);
  if (type === "float") return given ?? [Math.min(0, initial), Math.max(1, initial)];
  if (given !== null && whole(given[0]) < whole(given[1])) return [whole(given[0]), whole(given[1])];
  return [Math.min(0, initial), Math.max(10, initial)];
}

function stepOf(type: ParameterType, step: number | null): number | null {
  const given = step !== null && step > 0 ? step : null;
  return type === "int" ? Math.max(1, whole(given ?? 1)) : given;
}

function clampNumbers(value: number | readonly number[], min: number | null, max: number | null): number | number[] {
  const clamp = (one: number) => Math.min(Math.max(one, min ?? one), max ?? one) + 0;
  return typeof value === "number" ? clamp(value) : value.map(clamp);
}

/** A value for every parameter: the given one clamped, or the default where it is missing or of another type. */
export function clampParameters(parameters: readonly Parameter[], values: Readonly<Record<string, unknown>>) {
  const fitted: Record<string, ParameterValue> = {};
  for (const parameter of parameters) {
    const given = Object.hasOwn(values, parameter.name) ? values[parameter.name] : undefined;
    fitted[parameter.name] = valueFor(parameter, given) ?? parameter.default;
  }
  return fitted;
}

function valueFor({ type, default: initial, min, max }: Parameter, given: unknown): ParameterValue | null {
  if (typeof initial === "boolean") return typeof given === "boolean" ? given : null;
  if (typeof initial === "number") {
    if (typeof given !== "number" || !Number.isFinite(given)) return null;
    return clampNumbers(type === "int" ? whole(given) : given, min, max);
  }
  if (!Array.isArray(given) || given.length !== initial.length) return null;
  const numbers = given.filter((one): one is number => typeof one === "number" && Number.isFinite(one));
  return numbers.length === initial.length ? clampNumbers(numbers, min, max) : null;
}
