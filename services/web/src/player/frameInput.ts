/** The input of a frame: time, mouse, date, parameters. */

import type { CompileResult, FrameState, ParameterValues } from "../../runtime";
import { Clock, today } from "./clock";
import { Pointer } from "./pointer";

export class FrameInput {
  readonly clock = new Clock();
  readonly pointer: Pointer;
  parameters: ParameterValues = {};

  constructor(canvas: HTMLCanvasElement, changed: () => void) {
    this.pointer = new Pointer(canvas, changed);
  }

  /** The present frame in this size, looked at without moving anything on. */
  present(width: number, height: number, good: CompileResult): FrameState {
    const { clock, parameters, pointer } = this;
    const mouse = pointer.at(width, height);
    const state = { time: clock.time, timeDelta: clock.delta, width, height, parameters, mouse, date: today() };
    // With feedback the runtime counts what was really drawn: shaders set themselves up in frame 0.
    return good.usesBackbuffer ? state : { ...state, frame: clock.frame };
  }

  /** The frame was shown. */
  done(moves: boolean): void {
    this.pointer.shown();
    if (moves) this.clock.frame += 1;
  }
}
