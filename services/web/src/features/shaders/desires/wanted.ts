/** Where a desire stands, in words. */

import type { Schemas } from "../../../api/client";

type Card = Pick<Schemas["DesireSummary"], "people" | "state">;

export const STATES: Readonly<Record<Card["state"], string>> = {
  open: "Open",
  fulfilled: "Fulfilled",
  expired: "Expired",
  withdrawn: "Withdrawn",
};

/** "14 people want this"; a desire that is not open any more counts nobody. */
export function wanted({ people, state }: Card): string {
  if (state !== "open") return STATES[state];
  return people <= 1 ? "1 person wants this" : `${people.toLocaleString("en")} people want this`;
}
