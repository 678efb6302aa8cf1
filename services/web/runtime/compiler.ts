/**
 * Compiles a text in one of its readings, blocking or not. It never throws for what an author wrote. A context that is
 * lost, or whose GPU process died, gives `lost: true` and no errors: nothing is then known about the text.
 */

import { type Dialect, dialectOf } from "./dialect";
import { errorsOf, type ShaderError } from "./errors";
import { type Parameter, parametersOf } from "./parameters";
import { preflight } from "./preflight";
import { discardProgram, finishProgram, fragmentLog, type PendingProgram, type Program, startProgram } from "./program";
import { type Scan, scan } from "./scan";
import { readings, type Wrapped } from "./wrap";

export interface CompileOptions {
  /** Detected where it is not given. */
  readonly dialect?: Dialect | null;
  /** Lets frames say which point of a pixel they are drawn from. */
  readonly sampled?: boolean;
}

export interface CompileResult {
  readonly ok: boolean;
  readonly dialect: Dialect | null;
  readonly errors: readonly ShaderError[];
  readonly parameters: readonly Parameter[];
  /** False where every frame is the same picture. */
  readonly animated: boolean;
  readonly usesBackbuffer: boolean;
  readonly lost: boolean;
}

/** A result and, where it is ok, the program that the caller now owns. */
export interface Compiled {
  readonly result: CompileResult;
  readonly program: Program | null;
}

interface Plan {
  readonly found: Scan;
  readonly failed: Omit<CompileResult, "errors">;
  readonly errors: readonly ShaderError[];
  readonly readings: Iterable<Wrapped>;
}

const POLL_MS = 8;

function planOf(source: string, options: CompileOptions): Plan {
  const found = scan(source);
  const dialect = options.dialect ?? dialectOf(found);
  const parameters = parametersOf(found);
  const errors = preflight(found, dialect, options.sampled);
  return {
    found,
    failed: { ok: false, dialect, parameters, animated: false, usesBackbuffer: false, lost: false },
    errors,
    readings: errors.length > 0 || dialect === null ? [] : readings(found, dialect, options.sampled),
  };
}

function linkedProgram(plan: Plan, program: Program): Compiled {
  const errors = program.undrawable(plan.found);
  if (errors.length > 0) {
    program.dispose();
    return { result: { ...plan.failed, errors }, program: null };
  }
  const { animated, usesBackbuffer } = program;
  return { result: { ...plan.failed, ok: true, errors: [], animated, usesBackbuffer }, program };
}

/** The answer when every reading failed; the first log is the one that fits the text's dialect. */
function failed(gl: WebGL2RenderingContext, plan: Plan, log: string | null): Compiled {
  if (log === null) return { result: { ...plan.failed, errors: plan.errors }, program: null };
  if (log === "" || gl.isContextLost()) return { result: { ...plan.failed, lost: true, errors: [] }, program: null };
  return { result: { ...plan.failed, errors: errorsOf(log, plan.found) }, program: null };
}

export function compileNow(gl: WebGL2RenderingContext, source: string, options: CompileOptions): Compiled {
  const plan = planOf(source, options);
  let firstLog: string | null = null;
  for (const wrapped of plan.readings) {
    const pending = startProgram(gl, wrapped);
    const program = pending === null ? "" : finishProgram(gl, pending);
    if (typeof program !== "string") return linkedProgram(plan, program);
    firstLog ??= program;
  }
  return failed(gl, plan, firstLog);
}

/**
 * Only finds out whether a text compiles, in a fraction of the time: nothing is linked, so the few errors that linking
 * alone would find are not among the errors, and `animated` and `usesBackbuffer` are false.
 */
export function validate(gl: WebGL2RenderingContext, source: string, options: CompileOptions = {}): CompileResult {
  const plan = planOf(source, options);
  let firstLog: string | null = null;
  for (const wrapped of plan.readings) {
    const log = fragmentLog(gl, wrapped);
    if (log === null) return { ...plan.failed, ok: true, errors: [] };
    firstLog ??= log;
  }
  return failed(gl, plan, firstLog).result;
}

/** As `compileNow`, but the page stays free while the driver works. Null where `signal` was aborted. */
export async function compileLater(
  gl: WebGL2RenderingContext,
  source: string,
  options: CompileOptions,
  signal: AbortSignal,
): Promise<Compiled | null> {
  const plan = planOf(source, options);
  let firstLog: string | null = null;
  for (const wrapped of plan.readings) {
    const pending = startProgram(gl, wrapped);
    if (pending !== null) await linked(gl, pending);
    if (signal.aborted) {
      if (pending !== null) discardProgram(gl, pending);
      return null;
    }
    const program = pending === null ? "" : finishProgram(gl, pending);
    if (typeof program !== "string") return linkedProgram(plan, program);
    firstLog ??= program;
  }
  return failed(gl, plan, firstLog);
}

/**
 * Resolves when the link has ended. It does so for an aborted call too, because Chromium raises a GL error in the
 * context when a program is deleted whose end it is still waiting for.
 */
async function linked(gl: WebGL2RenderingContext, { program }: PendingProgram): Promise<void> {
  const extension = gl.getExtension("KHR_parallel_shader_compile");
  for (let done = false; !done; ) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    // Without the extension nothing says when the driver is done; asking for the link's status then waits for it.
    done = extension === null || gl.isContextLost() || gl.getProgramParameter(program, extension.COMPLETION_STATUS_KHR);
  }
}
