/**
 * The render loop: it waits for the GPU, pauses while the canvas is not visible, and lowers the resolution of a slow
 * shader. It stops where the lowest resolution is still too slow.
 */

import type { CompileResult } from "../../runtime";
import type { Box } from "./box";
import type { Drawing } from "./Drawing";
import type { FrameInput } from "./frameInput";
import { HEAVY } from "./messages";
import { Pace } from "./pace";
import type { Trial } from "./trial";
import type { PlayerStatus, ViewState } from "./view";
import { Visible } from "./visible";
import { coarsestFor, fitting, isBusy, type Verdict, Watchdog } from "./watchdog";

/** A second frame may be under way while frames are quick; behind a slow one it would only make the page wait longer. */
const QUICK_MS = 40;

export class Loop {
  /** The viewer wants it to run, however heavy it is. */
  forced = false;
  /** The divider that the viewer asked for. */
  finest = 1;
  /** Called after each frame, in the task that drew it. */
  readonly drawn = new Set<() => void>();
  /** What is drawn; null while there is nothing, or it is being tried out. */
  private shown: CompileResult | null = null;
  private readonly pace = new Pace();
  private readonly watchdog = new Watchdog();
  private readonly visible: Visible;
  /** A frame is wanted though the picture does not move. */
  private stale = false;
  /** The machine is being weighed against a slow frame; nothing else is drawn meanwhile. */
  private weighing = false;
  private request = 0;
  /** A shader was shown before. */
  private hasShown = false;

  constructor(
    canvas: HTMLCanvasElement,
    private readonly drawing: Drawing,
    private readonly box: Box,
    private readonly input: FrameInput,
    private readonly state: ViewState,
  ) {
    this.visible = new Visible(canvas, () => this.look());
  }

  /** Shows a shader; `trial` says what it costs. Of one that is too heavy the trial's own picture is shown. */
  show(shown: CompileResult, { ms, divider: at, isDoubtful }: Trial, status: "playing" | "paused"): void {
    const divider = fitting(ms, at, this.finest, this.coarsest);
    const isHeavy = divider === null && !isDoubtful;
    this.shown = shown;
    this.forced = false;
    this.watchdog.reset();
    this.pace.begin(ms);
    const change = isHeavy ? { status: "heavy" as const, message: HEAVY } : { status, message: null };
    this.state.set({ ...change, divider: divider ?? this.coarsest, animated: shown.animated, frameMs: ms });
    if (isHeavy) this.showTrial();
    else this.refresh();
    this.hasShown = true;
  }

  /** The last picture stays; nothing is drawn until something is shown again. */
  hold(): void {
    this.shown = null;
  }

  refresh(): void {
    this.stale = true;
    this.wake();
  }

  wake(): void {
    if (this.request === 0 && this.mayDraw) this.request = requestAnimationFrame((now) => this.tick(now));
  }

  stop(status: PlayerStatus, message: string | null): void {
    this.rest();
    this.state.set({ status, message, fps: 0, time: this.input.clock.time });
  }

  setFinest(divider: number): void {
    this.finest = divider;
    this.watchdog.reset();
    this.setDivider(divider);
  }

  dispose(): void {
    this.hold();
    cancelAnimationFrame(this.request);
    this.visible.dispose();
  }

  private get coarsest(): number {
    return coarsestFor(this.box.width, this.finest);
  }

  private get moves(): boolean {
    return this.state.now.status === "playing" && this.shown?.animated === true;
  }

  private get mayDraw(): boolean {
    const { status } = this.state.now;
    const isOn = status === "playing" || status === "paused";
    return isOn && !this.weighing && this.shown !== null && (this.moves || this.stale) && this.visible.now;
  }

  private tick(now: number): void {
    this.request = 0;
    const { box, drawing, input, shown } = this;
    if (!this.mayDraw || shown === null) return;
    // The end of the frame before wakes it again.
    if (drawing.meter.pending >= (this.pace.frameMs > QUICK_MS ? 1 : 2)) return;
    const { width, height } = box.at(this.state.now.divider);
    if (this.moves) input.clock.advance(now);
    this.stale = false;
    drawing.draw(input.present(width, height, shown));
    for (const seen of this.drawn) seen();
    void drawing.meter.measure().then((ms) => this.measured(ms));
    this.tell(now);
    this.wake();
  }

  private tell(now: number): void {
    const { input, moves, pace, state } = this;
    input.done(moves);
    if (moves) pace.drawn(now);
    const frame = Math.max(1, input.clock.frame);
    state.drift({ time: input.clock.time, frame, fps: pace.fps, frameMs: pace.frameMs }, state.now.frame === 0);
  }

  private async measured(ms: number | null): Promise<void> {
    if (ms === null || this.shown === null) return;
    this.pace.took(ms);
    const { divider } = this.state.now;
    const verdict = this.watchdog.judge(ms, divider, this.finest, this.coarsest);
    const isStricter = verdict.do === "stop" || (verdict.do === "divide" && verdict.by > divider);
    if (!isStricter || (await this.isGuilty(ms))) this.act(verdict);
    this.wake();
  }

  /** A slow frame is held against the shader only where the machine is quick with nothing to draw. */
  private async isGuilty(ms: number): Promise<boolean> {
    if (this.weighing) return false;
    this.weighing = true;
    const idle = await this.drawing.idle();
    this.weighing = false;
    if (idle !== null && isBusy(ms, idle)) this.watchdog.forget();
    return idle !== null && !isBusy(ms, idle);
  }

  private showTrial(): void {
    this.drawing.showTrial();
    for (const seen of this.drawn) seen();
    // The first one of a page has a better picture above it; that of another shader has to go.
    if (this.hasShown) this.state.set({ frame: Math.max(1, this.state.now.frame) });
  }

  private act(verdict: Verdict): void {
    if (verdict.do === "divide") this.setDivider(verdict.by);
    if (verdict.do === "stop" && !this.forced && this.state.now.status === "playing") this.stop("heavy", HEAVY);
  }

  private setDivider(divider: number): void {
    this.state.set({ divider });
    this.refresh();
  }

  private look(): void {
    if (!this.visible.now) this.rest();
    this.wake();
  }

  private rest(): void {
    this.input.clock.rest();
    this.pace.rest();
  }
}
