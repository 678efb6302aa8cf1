/** Writes the value of a slider into the source as its default, without any other change. */

import type { ParameterValue } from "../../../runtime";
import { type Declaration, declarations, type ParameterType } from "../../../runtime/parameters";
import { type Scan, scan } from "../../../runtime/scan";

export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

const VALUE =
  /^([ \t]*=[ \t]*)(true|false|(?:vec|color)[234][ \t]*\([^()]*\)|[-+]?[0-9.][0-9.eE]*(?:(?<=[eE])[-+][0-9]+)?[fF]?)/;
const DIGITS = 4;

/** Null where the text has no such parameter, or cuts its declaration into several lines. */
export function writeBack(source: string, name: string, value: ParameterValue, step: number | null): TextEdit | null {
  const found = scan(source);
  const declaration = declarations(found).find((one) => one.name === name);
  const start = declaration === undefined ? null : annotationStart(found, declaration);
  if (declaration === undefined || start === null || found.source.length !== source.length) return null;
  const match = VALUE.exec(declaration.annotation);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const from = start + match[1].length;
  const to = from + match[2].length;
  if (found.source.slice(from, to) !== match[2]) return null;
  const maker = /^(?:vec|color)[234]/.exec(match[2])?.[0] ?? "";
  return { from, to, insert: written(value, declaration.type, step, maker) };
}

/** Where the annotation stands in the text: behind `//`, or behind the name after `#iUniform`. */
function annotationStart(found: Scan, { line, annotation }: Declaration): number | null {
  if (line.directive === "iUniform") return found.origin[line.to - annotation.length] ?? null;
  return (found.origin[line.to] ?? found.source.length) - annotation.length;
}

function written(value: ParameterValue, type: ParameterType, step: number | null, maker: string): string {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") return type === "int" ? String(Math.round(value)) : decimal(value, step);
  return `${maker}(${value.map((one) => decimal(one, step)).join(", ")})`;
}

/** As an author writes it: no more digits than the step has, and always with a point. */
export function decimal(value: number, step: number | null): string {
  const rounded = step === null ? Number(value.toPrecision(DIGITS)) : Number(value.toFixed(digitsOf(step)));
  const text = String(rounded + 0);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function digitsOf(step: number): number {
  return Math.min(Math.max(Math.ceil(-Math.log10(step) + 1e-9), 0) + 1, 8);
}

/** Several edits of one text, applied. */
export function applyEdits(source: string, edits: readonly TextEdit[]): string {
  const inOrder = [...edits].sort((a, b) => b.from - a.from);
  return inOrder.reduce((text, { from, to, insert }) => text.slice(0, from) + insert + text.slice(to), source);
}
