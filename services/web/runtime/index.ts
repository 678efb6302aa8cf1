/** The shader runtime: what a text is, what it offers as controls, and its picture in a WebGL2 context. */

export { BUILTIN_NAMES, type FrameState, type Mouse } from "./builtins";
export { type CompileOptions, type CompileResult, validate } from "./compiler";
export { DIALECTS, type Dialect, detectDialect } from "./dialect";
export { mapErrors, type ShaderError } from "./errors";
export {
  clampParameters,
  type Parameter,
  type ParameterValue,
  type ParameterValues,
  parseParameters,
} from "./parameters";
export { type RuntimeHooks, ShaderRuntime, type TiledOptions, type TiledResult } from "./runtime";
export { type Wrapped, wrap } from "./wrap";
