/**
 * Plays one shader on one canvas, with one context and one clock. It stops while it is not visible, lowers the resolution
 * or pauses when the shader is too heavy, and survives the loss of its context.
 */

import type { CompileResult, Dialect, ParameterValues } from "../../runtime";
import { Box } from "./box";
import { Drawing } from "./Drawing";
import { FrameInput } from "./frameInput";
import { Loop } from "./Loop";
import { GAVE_UP, GONE, INTERRUPTED, NO_WEBGL } from "./messages";
import { type PlayerView, ViewState } from "./view";
import { isSuspect } from "./watchdog";

export { EMPTY_VIEW, type PlayerStatus, type PlayerView } from "./view";

export interface LoadOptions {
  readonly dialect?: Dialect | null;
  readonly parameters?: ParameterValues;
}

interface Text {
  readonly source: string;
  readonly dialect: Dialect | null;
}

export class Player {
  private readonly state = new ViewState();
  private readonly box: Box;
  private readonly input: FrameInput;
  private readonly drawing: Drawing | null;
  private readonly loop: Loop | null;
  private wanted: Text | null = null;
  private good: { readonly text: Text; readonly result: CompileResult } | null = null;
  private wantsPlay = false;
  private losses = 0;
  private suspect = false;
  private trial: AbortController | null = null;

  constructor(canvas: HTMLCanvasElement) {
    const refresh = () => this.loop?.refresh();
    this.box = new Box(canvas, refresh);
    this.input = new FrameInput(canvas, refresh);
    this.drawing = Drawing.create(canvas, { onLost: () => this.lose(), onRestored: () => this.restored() });
    this.loop = this.drawing && new Loop(canvas, this.drawing, this.box, this.input, this.state);
    if (this.drawing === null) this.state.set({ status: "failed", message: NO_WEBGL });
  }

  get view(): PlayerView {
    return this.state.now;
  }

  subscribe(changed: () => void): () => void {
    return this.state.subscribe(changed);
  }

  /** Compiles; on errors the last good picture goes on. Null where a later call overtook this one, or without WebGL. */
  async load(source: string, { dialect = null, parameters }: LoadOptions = {}): Promise<CompileResult | null> {
    const text = { source, dialect };
    this.wanted = text;
    if (this.drawing === null) return null;
    if (this.good === null && this.view.status !== "lost") this.state.set({ status: "compiling", message: null });
    const result = await this.drawing.compile(source, { dialect });
    if (result === null || result.lost) return result;
    if (parameters !== undefined) this.input.parameters = parameters;
    if (result.ok) {
      this.good = { text, result };
      void this.begin(result);
    } else if (this.good === null) {
      this.state.set({ status: "failed" });
    }
    return result;
  }

  /** Also runs a shader that was stopped for being heavy, and asks for a lost context back. */
  play(): void {
    this.wantsPlay = true;
    const { status } = this.view;
    if (status === "lost") this.revive();
    if (status === "heavy" && this.loop !== null) this.loop.forced = true;
    if (status === "paused" || status === "heavy") this.state.set({ status: "playing", message: null });
    this.loop?.wake();
  }

  pause(): void {
    this.wantsPlay = false;
    if (this.view.status === "playing") this.loop?.stop("paused", null);
  }

  restart(): void {
    this.input.pointer.reset();
    this.drawing?.resetFeedback();
    this.seek(0);
  }

  seek(seconds: number): void {
    this.input.clock.seek(seconds);
    this.state.set({ time: this.input.clock.time });
    this.loop?.refresh();
  }

  setSpeed(x: number): void {
    this.input.clock.speed = x;
    this.state.set({ speed: x });
  }

  setDivider(n: number): void {
    this.loop?.setFinest(n);
  }

  setParameters(values: ParameterValues): void {
    this.input.parameters = values;
    this.loop?.refresh();
  }

  /** Whether mouse and touch reach the shader. */
  setInteractive(on: boolean): void {
    this.input.pointer.enabled = on;
  }

  /** A PNG of the present time, unless told in the size that the viewer asked for, also where it is drawn coarser. */
  async screenshot(width?: number, height?: number): Promise<Blob> {
    const { drawing, good } = this;
    const size = this.box.at(this.loop?.finest ?? 1);
    if (drawing === null || good === null || drawing.isLost) throw new Error("There is no picture to take yet.");
    const frame = this.input.present(width ?? size.width, height ?? size.height, good.result);
    const blob = await drawing.capture(frame, good.result.usesBackbuffer);
    this.loop?.refresh();
    return blob;
  }

  /**
   * Calls back after each frame, while the canvas still holds it: later the browser may have emptied it. The first comes
   * soon, also of a picture that stands.
   */
  onDrawn(seen: () => void): () => void {
    this.loop?.drawn.add(seen);
    this.loop?.refresh();
    return () => this.loop?.drawn.delete(seen);
  }

  dispose(): void {
    this.good = null;
    this.trial?.abort();
    this.loop?.dispose();
    this.box.dispose();
    this.input.pointer.dispose();
    this.drawing?.dispose();
  }

  /** A new program is tried out small before it is shown: what it costs is not known, and it may never end. */
  private async begin(result: CompileResult): Promise<void> {
    const { drawing, input } = this;
    this.trial?.abort();
    this.trial = new AbortController();
    const { signal } = this.trial;
    this.loop?.hold();
    // What was said of the program before does not hold for this one.
    if (this.view.status === "heavy") this.state.set({ status: "compiling", message: null });
    input.pointer.hovers = result.dialect !== "shadertoy";
    const { width, height } = this.box.at(1);
    const trial = await drawing?.tryOut(input.present(width, height, result), signal);
    if (signal.aborted || !trial) return;
    this.loop?.show(result, trial, this.wantsPlay ? "playing" : "paused");
  }

  private lose(): void {
    this.losses += 1;
    this.suspect = isSuspect(this.drawing?.meter.working ?? 0, this.losses);
    this.drawing?.meter.forget();
    this.trial?.abort();
    this.loop?.hold();
    this.loop?.stop("lost", this.suspect ? GAVE_UP : INTERRUPTED);
  }

  /** The runtime has compiled the last good text again; a text that came meanwhile is compiled now. */
  private restored(): void {
    if (this.suspect) return;
    const { wanted, good } = this;
    if (good !== null) void this.begin(good.result);
    if (wanted !== null && wanted !== good?.text) void this.load(wanted.source, { dialect: wanted.dialect });
  }

  private revive(): void {
    this.suspect = false;
    if (this.drawing?.isLost === false) {
      this.restored();
    } else {
      this.state.set({ message: GONE });
      this.drawing?.restore();
    }
  }
}
