/**
 * The uniforms that the platforms give, and the values they take in a frame. A uniform is fed by its name in
 * every dialect, in the type that the shader declares it with: `uniform vec3 resolution` gets width, height, 1.
 */

export interface Mouse {
  /** Last position of a drag in pixels from the bottom left corner. */
  readonly x: number;
  readonly y: number;
  /** Where the button went down; both zero before the first press. */
  readonly pressX: number;
  readonly pressY: number;
  readonly down: boolean;
  /** True only in the frame in which the button went down. */
  readonly clicked: boolean;
}

export interface FrameState {
  /** Seconds. */
  readonly time: number;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Seconds since the frame before; 1/60 unless told. */
  readonly timeDelta?: number;
  /** From 0; the frames since `resetFeedback` unless told. */
  readonly frame?: number;
  readonly frameRate?: number;
  readonly mouse?: Mouse | null;
  /** Year, month from 0, day, seconds since midnight. A fixed day unless told, so that frames repeat. */
  readonly date?: readonly [number, number, number, number];
  readonly parameters?: Readonly<Record<string, number | boolean | readonly number[]>>;
  /** Where in a pixel the shader is asked for its colour, in pixels from the middle. For a `sampled` program. */
  readonly sample?: readonly [number, number];
  /** How many pixels a drawn one counts for the shader, which then sees a picture of so many times the size. */
  readonly scale?: number;
}

type Feed = (frame: Required<Omit<FrameState, "mouse" | "parameters">> & { mouse: Mouse | null }) => readonly number[];
export type ResolvedFrame = Parameters<Feed>[0];

const resolution: Feed = ({ width, height, scale }) => [width * scale, height * scale, 1];
const time: Feed = (frame) => [frame.time];

function shadertoyMouse({ mouse }: ResolvedFrame): readonly number[] {
  if (mouse === null) return [0, 0, 0, 0];
  const { x, y, pressX, pressY, down, clicked } = mouse;
  return [x, y, down ? pressX : -pressX, clicked ? pressY : -pressY];
}

const mousePart: Feed = ({ mouse, width, height }) =>
  mouse === null ? [0.5, 0.5] : [mouse.x / width, mouse.y / height];
const mousePixels: Feed = ({ mouse }) => (mouse === null ? [0, 0] : [mouse.x, mouse.y]);

export const FEEDS: ReadonlyMap<string, Feed> = new Map<string, Feed>([
  ["iResolution", resolution],
  ["iTime", time],
  ["iGlobalTime", time],
  ["iTimeDelta", (frame) => [frame.timeDelta]],
  ["iFrame", (frame) => [frame.frame]],
  ["iFrameRate", (frame) => [frame.frameRate]],
  ["iMouse", shadertoyMouse],
  ["iDate", (frame) => frame.date],
  ["iSampleRate", () => [44100]],
  ["iChannelTime", (frame) => [frame.time, frame.time, frame.time, frame.time]],
  ["iChannelResolution", () => [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]],
  ["time", time],
  ["resolution", resolution],
  ["mouse", mousePart],
  ["surfaceSize", ({ width, height }) => [width / height, 1]],
  ["u_time", time],
  ["u_resolution", resolution],
  ["u_mouse", mousePixels],
  ["u_delta", (frame) => [frame.timeDelta]],
  ["u_date", (frame) => frame.date],
  ["u_frame", (frame) => [frame.frame]],
]);

/** True for a uniform that says how large the picture is. */
export function givesSize(name: string): boolean {
  return FEEDS.get(name) === resolution;
}

/** The uniform that holds the frame before, in every dialect. */
export const BACKBUFFER = "backbuffer";

/** What a Shadertoy shader may use without declaring it. */
export const SHADERTOY_UNIFORMS: ReadonlyMap<string, string> = new Map([
  ["iResolution", "vec3 iResolution"],
  ["iTime", "float iTime"],
  ["iGlobalTime", "float iGlobalTime"],
  ["iTimeDelta", "float iTimeDelta"],
  ["iFrame", "int iFrame"],
  ["iFrameRate", "float iFrameRate"],
  ["iMouse", "vec4 iMouse"],
  ["iDate", "vec4 iDate"],
  ["iSampleRate", "float iSampleRate"],
  ["iChannel0", "sampler2D iChannel0"],
  ["iChannel1", "sampler2D iChannel1"],
  ["iChannel2", "sampler2D iChannel2"],
  ["iChannel3", "sampler2D iChannel3"],
  ["iChannelTime", "float iChannelTime[4]"],
  ["iChannelResolution", "vec3 iChannelResolution[4]"],
  [BACKBUFFER, `sampler2D ${BACKBUFFER}`],
]);

/** Names that are never an author's parameter. */
export const BUILTIN_NAMES: ReadonlySet<string> = new Set([...FEEDS.keys(), ...SHADERTOY_UNIFORMS.keys()]);

const MOVING = new Set([
  "iTime",
  "iGlobalTime",
  "iTimeDelta",
  "iFrame",
  "iDate",
  "iChannelTime",
  "time",
  "u_time",
  "u_delta",
  "u_date",
  "u_frame",
  BACKBUFFER,
]);

/** True where a uniform makes one frame differ from the next. */
export function moves(name: string): boolean {
  return MOVING.has(name);
}

export function resolveFrame(frame: FrameState, count: number): ResolvedFrame {
  return {
    time: frame.time,
    width: frame.width,
    height: frame.height,
    timeDelta: frame.timeDelta ?? 1 / 60,
    frame: frame.frame ?? count,
    frameRate: frame.frameRate ?? 60,
    mouse: frame.mouse ?? null,
    date: frame.date ?? [2024, 0, 1, 43_200 + frame.time],
    sample: frame.sample ?? [0, 0],
    scale: frame.scale ?? 1,
  };
}
