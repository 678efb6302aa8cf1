/** The words that pages of desires share. */

import { count } from "../../lib/labels";
import type { Card } from "./queries";

/** How many answers there are; one to the same wish in other words counts as much for who reads the board. */
export function answers({ fulfilments, best }: Pick<Card, "fulfilments" | "best">): string {
  if (fulfilments > 0) return count(fulfilments, "answer");
  return best === null ? "No answer yet" : "Answered in other words";
}
