export { BUILTIN_NAMES, type FrameState, type Mouse } from "./builtins";
export { DIALECTS, type Dialect, detectDialect } from "./dialect";
export { mapErrors, type ShaderError } from "./errors";
export { type Parameter, type ParameterValue, type ParameterValues, parseParameters } from "./parameters";
export { type CompileOptions, type CompileResult, ShaderRuntime, type TiledOptions, type TiledResult } from "./runtime";
export { type Wrapped, wrap } from "./wrap";
