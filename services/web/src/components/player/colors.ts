/** Colours between shaders (0 to 1) and the browser's colour field (`#rrggbb`). */

export function hexOf(color: readonly number[]): string {
  const bytes = [0, 1, 2].map((index) => Math.round(255 * Math.min(Math.max(color[index] ?? 0, 0), 1)));
  return `#${bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

export function rgbOf(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}
