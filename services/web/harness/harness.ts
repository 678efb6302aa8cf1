/**
 * What the renderer calls, one verb at a time. Every reply says whether the GPU process was `alive` at its end; where it
 * was not, nothing else in the reply may be believed, and pixels that were sent must be thrown away.
 */

import type { CompileResult, FrameState } from "../runtime";
import { askForMore, askForSpent, Deadline } from "./deadline";
import { compile, compileGuarded } from "./guard";
import type { Job } from "./job";
import { exceedsLoopLimit, loopsOf } from "./loops";
import { changes } from "./motion";
import { affordable, type Plan, planFairly, timeOf } from "./plan";
import { PixelSocket } from "./socket";
import { type Size, Stage } from "./stage";
import {
  type CompileReply,
  LOST,
  type MotionCommand,
  type MotionReply,
  type OpenCommand,
  type OpenReply,
  type PreviewCommand,
  type PreviewReply,
  type ProbeReply,
  REFUSED,
  type SourceCommand,
  type StillCommand,
  type StillReply,
} from "./wire";

/** A shader this slow, in milliseconds, is checked for loops that the backend would cut. */
const SUSPICIOUS_MS = 120;
/** A shader that builds on its last frame is played in steps of 1/60 s, unless they are too many or too slow. */
const STEPS_PER_SECOND = 60;
const MOST_STEPS = 300;
const PLAY_SHARE = 0.7;

export class Harness {
  private readonly socket = new PixelSocket();
  private checker: Stage | null = null;
  private stage: Stage | null = null;
  private job: Job | null = null;
  /** How far the feedback buffer has been played, and for which size. */
  private played: (Size & { readonly time: number }) | null = null;

  ready(): boolean {
    return this.socket.open;
  }

  /** A fresh context's renderer string; `alive` is false while there is none. */
  probe(): ProbeReply {
    this.drop();
    this.checker?.dispose();
    this.checker = null;
    const stage = Stage.create();
    if (stage === null) return { alive: false, renderer: "" };
    const reply = { renderer: stage.renderer, alive: stage.alive() };
    stage.dispose();
    return reply;
  }

  /** Compiles, and neither links nor draws. */
  compile({ source, dialect }: SourceCommand): CompileReply {
    this.checker ??= Stage.create();
    if (this.checker === null) return LOST;
    const result = this.checker.validate(source, { dialect });
    const alive = !result.lost && this.checker.alive();
    if (!alive) this.checker = null;
    return { ...result, alive };
  }

  /** Begins a job: the shader alone in its context, translated for a picture of this size, and the first picture. */
  open(opening: OpenCommand): OpenReply {
    const started = performance.now();
    const result = this.translate(opening);
    const compileMs = performance.now() - started;
    if (!result.ok || opening.still === null) {
      return { ...result, compileMs, still: null, alive: this.alive() && !result.lost };
    }
    this.socket.announce(opening.still.delivery);
    const still = this.still(opening.still);
    return { ...result, compileMs, still, alive: still.alive };
  }

  private translate(opening: OpenCommand): CompileResult {
    const stage = this.clean();
    if (stage === null) return LOST;
    const result = (opening.guard ? compileGuarded : compile)(stage, opening);
    if (!result.ok || result.dialect === null) return result;
    const { dialect, usesBackbuffer: feedback, animated } = result;
    const loops = opening.loopLimit ? loopsOf(opening.source) : "none";
    const job = { opening, dialect, feedback, animated, loopsOpen: loops === "open", loopsKnown: loops === "none" };
    this.job = { ...job, loopsExceeded: false };
    return stage.warm(this.frame(opening, 0)) ? result : { ...result, ...REFUSED };
  }

  /** Draws and sends one picture. */
  still(still: StillCommand): StillReply {
    const { stage, job } = this.current();
    const deadline = new Deadline(still.limit, askForMore);
    const played = this.play(still, still.time, deadline, still.share);
    const scale = job.feedback ? 1 : stage.scale(still);
    const complete = played && this.draw(still, still.time, deadline, { sample: still.sample, scale });
    if (complete) {
      // The next picture goes on after this frame, as if there had been no pause.
      if (this.played !== null) this.played = { ...this.played, time: still.time + 1 / STEPS_PER_SECOND };
      stage.read(still, this.socket.room(still.width, still.height, 1));
    }
    const alive = this.alive();
    if (complete && alive) this.socket.send(still.delivery, still.width, still.height, 1);
    return { complete, loopsExceeded: job.loopsExceeded, alive };
  }

  /** Finds out whether the picture moves. */
  motion({ time, limit }: MotionCommand): MotionReply {
    const { feedback, animated } = this.current().job;
    const deadline = new Deadline(limit, askForMore);
    const moves = feedback || (animated && changes(time, (size, at) => this.sample(size, at, deadline)));
    return { moves, alive: this.alive() };
  }

  /** Draws and sends a loop, smaller or with fewer frames where it would not fit; no frames where none fits. */
  preview(preview: PreviewCommand): PreviewReply {
    const { job } = this.current();
    const deadline = new Deadline(preview.limit, askForMore, preview.most);
    const chosen = this.plan(preview, deadline);
    const frames = chosen === null ? 0 : this.loop(preview, chosen, deadline);
    const alive = this.alive();
    if (chosen !== null && frames > 0 && alive) {
      this.socket.send(preview.delivery, chosen.width, chosen.height, frames);
    }
    const wanted = chosen?.frames ?? 0;
    return { wanted, frames, late: deadline.over, loopsExceeded: job.loopsExceeded, alive };
  }

  /** A context with nothing in it: the one of the job before, unless that died. Another one costs more than its job. */
  private clean(): Stage | null {
    if (this.stage?.lost) this.drop();
    this.job = null;
    this.played = null;
    if (this.stage === null) this.stage = Stage.create();
    else this.stage.renew();
    return this.stage;
  }

  /** Whether the GPU process has answered for everything so far; a context that has not is never used again. */
  private alive(): boolean {
    const alive = this.stage?.alive() ?? false;
    if (!alive) this.drop();
    return alive;
  }

  private drop(): void {
    this.stage?.dispose();
    this.stage = null;
    this.job = null;
    this.played = null;
  }

  private current(): { stage: Stage; job: Job } {
    if (this.stage === null || this.job === null) throw new Error("no job is open");
    return { stage: this.stage, job: this.job };
  }

  private frame({ width, height }: Size, time: number, given: Partial<FrameState> = {}): FrameState {
    const { opening, feedback } = this.current().job;
    const state = { time, timeDelta: 1 / STEPS_PER_SECOND, width, height, parameters: opening.parameters, ...given };
    // With feedback the runtime counts what was really drawn: shaders set themselves up in frame 0.
    return feedback ? state : { ...state, frame: Math.round(time * STEPS_PER_SECOND) };
  }

  private draw(size: Size, time: number, deadline: Deadline, given?: Partial<FrameState>): boolean {
    const { stage } = this.current();
    const drawn = stage.draw(this.frame(size, time, given), () => !deadline.passed() && this.loopsAreFine(time));
    return drawn && this.loopsAreFine(time, size);
  }

  /** `size` is that of a frame that was drawn whole and was quick: then all of its pixels can be looked at. */
  private loopsAreFine(time: number, size?: Size): boolean {
    const { stage, job } = this.current();
    const suspicious = stage.spent > SUSPICIOUS_MS;
    if (!job.loopsKnown && (suspicious || (job.loopsOpen && size !== undefined))) {
      job.loopsKnown = true;
      const { source, parameters } = job.opening;
      job.loopsExceeded = exceedsLoopLimit(source, job.dialect, time, parameters, suspicious ? undefined : size);
    }
    return !job.loopsExceeded;
  }

  /** Brings the feedback buffer to just before `time`; nothing to do for other shaders. */
  private play(size: Size, time: number, deadline: Deadline, share = PLAY_SHARE): boolean {
    const { stage, job } = this.current();
    if (!job.feedback) return true;
    const { width, height } = size;
    const reached = this.played;
    const goesOn = reached !== null && reached.width === width && reached.height === height && reached.time <= time;
    const from = goesOn ? reached.time : 0;
    if (!goesOn) stage.resetFeedback();
    let steps = Math.min(MOST_STEPS, Math.round((time - from) * STEPS_PER_SECOND));
    const before = askForSpent();
    for (let step = 0; step < steps; step++) {
      const timeDelta = (time - from) / steps;
      if (!this.draw(size, from + step * timeDelta, deadline, { timeDelta })) return false;
      if (step === 0) steps = Math.min(steps, affordable(steps, stage.spent, before, deadline, share));
    }
    this.played = { width, height, time };
    return true;
  }

  private sample(size: Size, time: number, deadline: Deadline): Uint32Array | null {
    if (!this.draw(size, time, deadline)) return null;
    const pixels = new Uint32Array(size.width * size.height);
    this.current().stage.read(size, new Uint8Array(pixels.buffer));
    return pixels;
  }

  private plan(preview: PreviewCommand, deadline: Deadline): Plan | null {
    const { stage, job } = this.current();
    const { width, height, seconds, fps, start, budget } = preview;
    if (!this.draw(preview, start, deadline)) return null;
    this.played = null;
    const steps = job.feedback ? Math.max(1, Math.round(STEPS_PER_SECOND / fps)) : 1;
    const wanted = { width, height, frames: Math.round(seconds * fps), steps };
    const chosen = planFairly(wanted, stage.spent, budget * 1000, askForSpent);
    // A slot that would be wanted back before the end is given back at once.
    return chosen !== null && deadline.allows(timeOf(chosen, wanted, stage.spent)) ? chosen : null;
  }

  /** Draws the frames into the socket's room and returns how many there are before the deadline. */
  private loop(preview: PreviewCommand, chosen: Plan, deadline: Deadline): number {
    const { stage } = this.current();
    const { width, height, frames, steps } = chosen;
    const room = this.socket.room(width, height, frames);
    const bytes = width * height * 4;
    const timeDelta = preview.seconds / frames / steps;
    if (!this.play(chosen, preview.start, deadline)) return 0;
    for (let index = 0; index < frames; index++) {
      for (let step = 0; step < steps; step++) {
        const time = preview.start + (index * steps + step) * timeDelta;
        if (!this.draw(chosen, time, deadline, { timeDelta })) return index;
      }
      stage.read(chosen, room.subarray(index * bytes, (index + 1) * bytes));
    }
    return frames;
  }
}
