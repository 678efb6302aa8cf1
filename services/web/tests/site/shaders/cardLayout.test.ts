import { describe, expect, test } from "vitest";
import { type Box, bestOf, nearestTo, neighbour } from "../../../src/features/shaders/cardLayout";

const shader = (id: string, still_url: string | null = "/s.webp") => ({ id, still_url });
const box = (column: number, row: number, size = 1): Box => ({
  left: column * 104,
  right: column * 104 + size * 104 - 4,
  top: row * 104,
  bottom: row * 104 + size * 104 - 4,
});

describe("the large card", () => {
  const page = Array.from({ length: 8 }, (_, n) => shader(`w${n}`));

  test("is the first of a page that has a picture, however many voted", () => {
    expect(bestOf([shader("undrawn", null), ...page])).toBe("w0");
    expect(bestOf(page.map((one, n) => ({ ...one, score: n })))).toBe("w0");
  });

  test("is none of a few", () => {
    expect(bestOf(page.slice(1))).toBeNull();
  });
});

describe("arrow keys", () => {
  // Three columns; the second card is two columns and rows large.
  const boxes = [box(0, 0), box(1, 0, 2), box(0, 1), box(0, 2), box(1, 2), box(2, 2)];

  test("follow the order to the sides and stop at the ends", () => {
    expect(neighbour(boxes, 0, "ArrowRight")).toBe(1);
    expect(neighbour(boxes, 0, "ArrowLeft")).toBeNull();
    expect(neighbour(boxes, 5, "ArrowRight")).toBeNull();
    expect(neighbour(boxes, 2, "Home")).toBe(0);
    expect(neighbour(boxes, 2, "End")).toBe(5);
  });

  test("stay in the column up and down", () => {
    expect(neighbour(boxes, 0, "ArrowDown")).toBe(2);
    expect(neighbour(boxes, 2, "ArrowDown")).toBe(3);
    expect(neighbour(boxes, 1, "ArrowDown")).toBe(4);
    expect(neighbour(boxes, 5, "ArrowUp")).toBe(1);
    expect(neighbour(boxes, 3, "ArrowDown")).toBeNull();
    expect(neighbour(boxes, 0, "ArrowUp")).toBeNull();
  });

  test("leave other keys alone", () => {
    expect(neighbour(boxes, 0, "Enter")).toBeNull();
    expect(neighbour(boxes, 9, "ArrowUp")).toBeNull();
  });
});

test("the card in the middle of the view is found", () => {
  expect(nearestTo([box(0, 0), box(0, 1), box(0, 2)], 50, 160)).toBe(1);
  expect(nearestTo([], 0, 0)).toBeNull();
});
