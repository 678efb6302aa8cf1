/** Texts that several tests draw. */

export const RED = "void mainImage(out vec4 c, in vec2 p) { c = vec4(1, 0, 0, 1); }";

export const GREEN = "void mainImage(out vec4 c, in vec2 p) { c = vec4(0, 1, 0, 1); }";

export const BROKEN = "void mainImage(out vec4 c, in vec2 p) { c = foo; }";

/** Adds 20 of 255 to the frame before, and moves it one pixel to the right. */
export const TRAIL = `precision highp float;
uniform vec2 resolution;
uniform sampler2D backbuffer;
void main() {
  vec4 before = texture2D(backbuffer, (gl_FragCoord.xy - vec2(1.0, 0.0)) / resolution);
  gl_FragColor = gl_FragCoord.x < 1.0 ? vec4(20.0 / 255.0, 0.0, 0.0, 0.5) : before + vec4(20.0 / 255.0, 0.0, before.a, 0.0);
}`;
