/** The words that pages of desires share. */

import { count } from "../../lib/labels";
import type { Card, State } from "./queries";

export const STATES: Readonly<Record<State, string>> = {
  open: "Open",
  fulfilled: "Fulfilled",
  expired: "Expired",
  withdrawn: "Withdrawn",
};

/** "14 people want this"; a desire that is not open any more counts nobody. */
export function wanted({ people, state }: Pick<Card, "people" | "state">): string {
  if (state !== "open") return STATES[state];
  return people <= 1 ? "1 person wants this" : `${people.toLocaleString("en")} people want this`;
}

/** How many answers there are; one to the same wish in other words counts as much for who reads the board. */
export function answers({ fulfilments, best }: Pick<Card, "fulfilments" | "best">): string {
  if (fulfilments > 0) return count(fulfilments, "answer");
  return best === null ? "No answer yet" : "Answered in other words";
}
