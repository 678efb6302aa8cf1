/** Whether a picture moves, by small frames at a few times. */

import type { Size } from "./stage";

/** Frames of these sizes, at these times after the still's, are compared: most pictures that move show it in the least. */
const SIZES: readonly Size[] = [
  { width: 64, height: 36 },
  { width: 160, height: 90 },
];
const OFFSETS = [0.13, 0.71, 1.9, 4.3];

/** `sample` gives null for what cannot be drawn in time, which is taken to move, as its uniforms say. */
export function changes(time: number, sample: (size: Size, time: number) => Uint32Array | null): boolean {
  return SIZES.some((size) => {
    const first = sample(size, time);
    return OFFSETS.some((offset) => {
      const other = sample(size, time + offset);
      return first === null || other === null || other.some((value, index) => value !== first[index]);
    });
  });
}
