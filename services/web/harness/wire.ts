/**
 * What the renderer asks of the page, verb by verb, and what the page replies: services/renderer/wire.py in TypeScript.
 * The examples in vectors/wire.json hold for both.
 */

import type { CompileResult, Dialect, ParameterValues } from "../runtime";
import type { Size } from "./stage";

export interface SourceCommand {
  readonly source: string;
  readonly dialect: Dialect | null;
}

interface DrawCommand extends Size {
  /** The number under which the pixels are sent. */
  readonly delivery: number;
  /** Seconds that the drawing may take. */
  readonly limit: number;
}

export interface StillCommand extends DrawCommand {
  /** The shader's time, in seconds. */
  readonly time: number;
  /** The part of the limit that a shader which builds on its last frame may spend on what comes before `time`. */
  readonly share: number;
  /** The point of a pixel that is drawn, in pixels from its middle. */
  readonly sample: readonly [number, number];
  /** How wide the picture is for a shader that does not ask; null: as wide as it is. */
  readonly grid: number | null;
}

export interface OpenCommand extends SourceCommand, Size {
  readonly parameters: ParameterValues;
  /** Whether this backend ends loops after 65,535 iterations. */
  readonly loopLimit: boolean;
  /** Whether divisions are to be guarded: the shader has ended a GPU process. */
  readonly guard: boolean;
  /** Whether the stills say which point of a pixel they are drawn from. */
  readonly sampled: boolean;
  /** The first picture, drawn in the same call; null for none. */
  readonly still: StillCommand | null;
}

export interface MotionCommand {
  /** The shader's time, in seconds, after which it is looked at. */
  readonly time: number;
  readonly limit: number;
}

export interface PreviewCommand extends DrawCommand {
  /** The shader's time at the first frame, the length of the loop (both in seconds), and its rate. */
  readonly start: number;
  readonly seconds: number;
  readonly fps: number;
  /** Seconds that all frames together should cost, and that they may take on a busy machine. */
  readonly budget: number;
  readonly most: number;
}

/** False means that nothing else in the reply may be believed: the GPU process was dead at its end. */
interface Reply {
  readonly alive: boolean;
}

export interface ProbeReply extends Reply {
  readonly renderer: string;
}

export interface CompileReply extends CompileResult, Reply {}

export interface StillReply extends Reply {
  /** Whether the frame was drawn and sent. */
  readonly complete: boolean;
  readonly loopsExceeded: boolean;
}

export interface OpenReply extends CompileReply {
  readonly compileMs: number;
  /** Null where none was asked for or the shader does not compile. */
  readonly still: StillReply | null;
}

export interface MotionReply extends Reply {
  /** What cannot be drawn in time is taken to move, as it reads a clock. */
  readonly moves: boolean;
}

export interface PreviewReply extends Reply {
  /** Frames at the rate that was chosen. */
  readonly wanted: number;
  /** Frames that were drawn and sent. */
  readonly frames: number;
  /** The time was over before the last of them, or would have been. */
  readonly late: boolean;
  readonly loopsExceeded: boolean;
}

/** What is said of a shader when there was no context to ask. */
export const LOST: CompileReply = {
  ok: false,
  dialect: null,
  errors: [],
  parameters: [],
  animated: false,
  usesBackbuffer: false,
  lost: true,
  alive: false,
};

/** Said of a shader that links and that no draw call takes, where nobody knows why. */
export const REFUSED = {
  ok: false,
  errors: [{ line: 1, column: null, token: null, message: "WebGL refuses to draw with this shader" }],
} as const;
