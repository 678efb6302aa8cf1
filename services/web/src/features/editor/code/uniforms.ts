/** The uniforms that the site feeds, as completion and hover show them. */

import type { Dialect } from "../../../../runtime";

export interface HostUniform {
  readonly name: string;
  readonly type: string;
  readonly about: string;
  readonly home: "shadertoy" | "glsl-sandbox" | "book-of-shaders";
}

const SHADERTOY = `
iResolution: vec3: Width and height in pixels, and 1.
iTime: float: Seconds.
iGlobalTime: float: Seconds; the old name of iTime.
iTimeDelta: float: Seconds since the frame before.
iFrame: int: Number of the frame, from 0.
iFrameRate: float: Frames in a second.
iMouse: vec4: xy is the last position of a drag in pixels; zw where the button went down, negative when it is up.
iDate: vec4: Year, month from 0, day, seconds since midnight.
iSampleRate: float: 44100.
iChannel0: sampler2D: A texture; black here.
iChannel1: sampler2D: A texture; black here.
iChannel2: sampler2D: A texture; black here.
iChannel3: sampler2D: A texture; black here.
iChannelTime: float[4]: Seconds.
iChannelResolution: vec3[4]: 1, 1, 1.
backbuffer: sampler2D: The frame before; black at first.`;

const SANDBOX = `
time: float: Seconds.
resolution: vec2: Width and height in pixels.
mouse: vec2: 0 to 1, from the bottom left; the middle until it moves.
backbuffer: sampler2D: The frame before; black at first.
surfaceSize: vec2: Size of the plane of surfacePosition.
surfacePosition: varying vec2: A plane of height 1 around 0, as wide as the picture.`;

const BOOK = `
u_time: float: Seconds.
u_resolution: vec2: Width and height in pixels.
u_mouse: vec2: Pixels from the bottom left; 0, 0 until it moves.
u_delta: float: Seconds since the frame before.
u_date: vec4: Year, month from 0, day, seconds since midnight.
u_frame: int: Number of the frame, from 0.`;

function table(text: string, home: HostUniform["home"]): HostUniform[] {
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", type = "", about = ""] = line.split(": ");
      return { name, type, about, home };
    });
}

export const UNIFORMS: readonly HostUniform[] = [
  ...table(SHADERTOY, "shadertoy"),
  ...table(SANDBOX, "glsl-sandbox"),
  ...table(BOOK, "book-of-shaders"),
];

/** Those of the dialect; a plain text may declare any. */
export function uniformsOf(dialect: Dialect | null): readonly HostUniform[] {
  const own = UNIFORMS.filter(({ home }) => home === dialect);
  if (own.length > 0) return own;
  return UNIFORMS.filter(({ name }, index) => UNIFORMS.findIndex((one) => one.name === name) === index);
}
