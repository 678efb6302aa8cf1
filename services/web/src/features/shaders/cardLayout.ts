/** The geometry of a grid: which cards are large, and which is next in a direction or in the middle. */

export interface Drawn {
  readonly id: string;
  readonly still_url: string | null;
}

const FEWEST = 8;

/**
 * The best shader of a page of a list, to be shown larger: the first, as the list orders them. Counts of votes would
 * give a place to whoever makes accounts. Each page is decided alone, so that a later page does not move the cards
 * before it.
 */
export function bestOf(page: readonly Drawn[]): string | null {
  if (page.length < FEWEST) return null;
  return page.find((shader) => shader.still_url !== null)?.id ?? null;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The index that an arrow key leads to, or null at an edge. Left and right follow the order, up and down the columns. */
export function neighbour(boxes: readonly Box[], from: number, key: string): number | null {
  const here = boxes[from];
  if (here === undefined) return null;
  if (key === "Home") return 0;
  if (key === "End") return boxes.length - 1;
  if (key === "ArrowLeft") return from > 0 ? from - 1 : null;
  if (key === "ArrowRight") return from < boxes.length - 1 ? from + 1 : null;
  if (key === "ArrowDown") return nearest(boxes, here, (box) => box.top - here.bottom);
  if (key === "ArrowUp") return nearest(boxes, here, (box) => here.top - box.bottom);
  return null;
}

/** The box at the smallest distance that is not negative; of several the one nearest in its column. */
function nearest(boxes: readonly Box[], here: Box, distance: (box: Box) => number): number | null {
  let found: { index: number; away: number; aside: number } | null = null;
  for (const [index, box] of boxes.entries()) {
    const away = Math.round(distance(box));
    const aside = Math.abs(center(box).x - center(here).x);
    if (away < 0 || (found !== null && (away > found.away || (away === found.away && aside >= found.aside)))) continue;
    if (overlaps(box, here)) found = { index, away, aside };
  }
  return found?.index ?? null;
}

function overlaps(one: Box, other: Box): boolean {
  return one.left < other.right && other.left < one.right;
}

function center(box: Box): { x: number; y: number } {
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
}

/** The box whose middle is nearest to a point, or null where there is none. */
export function nearestTo(boxes: readonly Box[], x: number, y: number): number | null {
  let found: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, box] of boxes.entries()) {
    const middle = center(box);
    const away = Math.hypot(middle.x - x, middle.y - y);
    if (away < least) [found, least] = [index, away];
  }
  return found;
}
