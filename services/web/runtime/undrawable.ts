/** What a compiler and a linker take, and what then draws nothing here: WebGL would only leave the picture black. */

import { type ShaderError, withName } from "./errors";
import type { Scan } from "./scan";

/** Declarations that may be outputs; those that are none (parameters of functions) have no location. */
const OUTPUT = /\bout\s+(?:(?:lowp|mediump|highp)\s+)?([a-z]\w*)\s+([A-Za-z_]\w*)\s*[;[]/g;
const COLOR = /^(?:float|vec[234])$/;

/** Errors in the author's text for what keeps a linked program from drawing. */
export function undrawable(gl: WebGL2RenderingContext, program: WebGLProgram, found: Scan): ShaderError[] {
  return [...uniformBlocks(gl, program, found), ...outputs(gl, program, found)];
}

function uniformBlocks(gl: WebGL2RenderingContext, program: WebGLProgram, found: Scan): ShaderError[] {
  const count = Number(gl.getProgramParameter(program, gl.ACTIVE_UNIFORM_BLOCKS) ?? 0);
  return Array.from({ length: count }, (_, index) => {
    const name = gl.getActiveUniformBlockName(program, index) ?? "";
    return withName(
      found,
      name,
      `nothing fills the uniform block ${name}: declare its members as uniforms of their own`,
    );
  });
}

function outputs(gl: WebGL2RenderingContext, program: WebGLProgram, found: Scan): ShaderError[] {
  const declared = [...found.code.matchAll(OUTPUT)]
    .map(([, type = "", name = ""]) => ({ type, name, location: gl.getFragDataLocation(program, name) }))
    .filter(({ location }) => location >= 0);
  const first = declared.find(({ location }) => location === 0);
  const [other] = declared;
  if (first === undefined) {
    if (other === undefined) return [];
    return [withName(found, other.name, `the picture is output 0: write layout(location = 0) out vec4 ${other.name}`)];
  }
  if (COLOR.test(first.type)) return [];
  return [withName(found, first.name, `the picture is output 0, and must be a vec4 instead of ${first.type}`)];
}
