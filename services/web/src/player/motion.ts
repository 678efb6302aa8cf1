import { asksForStill } from "../lib/motionChoice";

/** Whether the visitor asked, in the settings here or of their system, for less motion. */
export function reducesMotion(): boolean {
  return asksForStill();
}
