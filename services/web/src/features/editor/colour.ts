/** Colours of parameters (components from 0 to 1) as the browser's colour field has them. */

export function toHex(value: readonly number[]): string {
  const byte = (one = 0) =>
    Math.round(Math.min(Math.max(one, 0), 1) * 255)
      .toString(16)
      .padStart(2, "0");
  return `#${byte(value[0])}${byte(value[1])}${byte(value[2])}`;
}

/** What stands behind the third component (alpha) is kept. */
export function fromHex(hex: string, before: readonly number[]): number[] {
  const parts = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return before.map((one, index) => {
    const part = parts[index];
    return part === undefined ? one : Math.round(part * 1000) / 1000;
  });
}
