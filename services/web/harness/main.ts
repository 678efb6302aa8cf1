import { ShaderRuntime } from "../runtime";

const gl = new OffscreenCanvas(64, 64).getContext("webgl2", { alpha: false, antialias: false });
if (gl !== null) Object.assign(globalThis, { harness: new ShaderRuntime(gl) });
