import type { Dialect } from "../runtime";
import type { OpenCommand } from "./wire";

/** What the page knows of the shader that is open. */
export interface Job {
  readonly opening: OpenCommand;
  readonly dialect: Dialect;
  readonly feedback: boolean;
  readonly animated: boolean;
  readonly loopsOpen: boolean;
  loopsKnown: boolean;
  loopsExceeded: boolean;
}
