/** What the renderer asks of the page, and what every reply has. */

import type { CompileResult, Dialect, ParameterValues } from "../runtime";
import type { Size } from "./stage";

export interface Source {
  readonly source: string;
  readonly dialect: Dialect | null;
}

export interface Opening extends Source, Size {
  readonly parameters: ParameterValues;
  /** Whether this backend ends loops after 65,535 iterations. */
  readonly loopLimit: boolean;
}

export interface Still extends Size {
  readonly delivery: number;
  /** Seconds that the drawing may take. */
  readonly limit: number;
  /** The shader's time, in seconds. */
  readonly time: number;
  /** Whether to find out if the picture moves. */
  readonly motion: boolean;
  /** The part of the limit that a shader which builds on its last frame may spend on what comes before `time`. */
  readonly share: number;
}

export interface Preview extends Size {
  readonly delivery: number;
  readonly limit: number;
  /** The shader's time at the first frame, the length of the loop (both in seconds), and its rate. */
  readonly start: number;
  readonly seconds: number;
  readonly fps: number;
  /** Seconds that all frames together should take. */
  readonly budget: number;
}

/** A reply with the sentinel's word: false means that nothing else in it may be believed. */
export type Alive<T> = T & { readonly alive: boolean };
export type Compiled = Alive<CompileResult>;

/** What is said of a shader when there was no context to ask. */
export const LOST: Compiled = {
  ok: false,
  dialect: null,
  errors: [],
  parameters: [],
  animated: false,
  usesBackbuffer: false,
  lost: true,
  alive: false,
};
