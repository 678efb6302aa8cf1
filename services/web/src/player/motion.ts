import { asksForStill } from "../lib/motionChoice";

/** Whether the visitor asked their system, or this site, for less motion. */
export function reducesMotion(): boolean {
  return asksForStill();
}
