/**
 * Names the language of a text that is no shader of ours, so that its author knows what to do.
 * `services/core/glsl/foreign.py` says the same; vectors/foreign.json holds for both.
 */

import type { Scan } from "./scan";

const GLSL = "; shaders here are GLSL: write void mainImage(out vec4 color, in vec2 position)";
/** What the code of a text without an entry point of ours holds, and what is said then. The first that fits counts. */
const LANGUAGES: readonly (readonly [RegExp, string])[] = [
  [/@(?:fragment|vertex|compute)\b|\bfn\s+\w+\s*\(/, `this is WGSL${GLSL}`],
  [/\bshader_type\s+\w+\s*;/, `this is Godot's shading language${GLSL}`],
  [/\bmetal_stdlib\b|\busing\s+namespace\s+metal\b|\[\[\s*stage_in\b/, `this is Metal${GLSL}`],
  [/\b(?:CG|HLSL)PROGRAM\b/, `this is a shader of Unity${GLSL}`],
  [/:\s*SV_\w|\bfloat[234]\s+\w+\s*\(|\bcbuffer\b/, `this is HLSL${GLSL}`],
  [/\[preset\d\d\]|\bshader_body\b|\bper_frame_\d/, `this is a preset of Milkdrop${GLSL}`],
  [/\bmainSound\s*\(/, "this is a sound shader of Shadertoy (mainSound): only pictures are drawn here"],
  [/\bmainVR\s*\(/, "this has mainVR alone: write void mainImage(out vec4 color, in vec2 position) as well"],
  [/\bmainCubemap\s*\(/, "this is a pass of Shadertoy for a cube map: only image passes are drawn here"],
  [/\blocal_size_x\b/, `this is a compute shader${GLSL}`],
  [/\bgl_Position\b/, "this is a vertex shader: only fragment shaders are drawn here"],
];
const ISF = /\b(?:RENDERSIZE|isf_FragNormCoord|IMG_(?:THIS_)?(?:NORM_)?PIXEL)\b/;
const ISF_DECLARED = /\b(?:define|vec[234])[ \t]+(?:RENDERSIZE|isf_FragNormCoord|IMG_\w+)\b/;
const PASS = /"type"\s*:\s*"(image|buffer|common|sound|cubemap)"/g;

/** What the text is instead, as a sentence, or null; `hasEntry` says that it has an entry point of ours. */
export function foreignLanguage({ source, code }: Scan, hasEntry: boolean): string | null {
  const text = source.trim();
  if (/^[{[]/.test(text) && text.includes('"renderpass"')) {
    const passes = [...new Set([...text.matchAll(PASS)].map(([, type]) => type))].join(", ") || "none";
    return `this is a document of Shadertoy in JSON, with the passes: ${passes}. Import it, or paste a pass's code`;
  }
  if (ISF.test(code) && !ISF_DECLARED.test(code)) {
    return "this is ISF: declare its uniforms, for one resolution instead of RENDERSIZE, time instead of TIME";
  }
  if (hasEntry) return null;
  return LANGUAGES.find(([pattern]) => pattern.test(code))?.[1] ?? null;
}
