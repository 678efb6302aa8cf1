/**
 * Stills in their sizes, from which the browser chooses one that is sharp where it is shown.
 *
 * How wide that is stands here, and in server/stills.py for what is loaded before the script runs; where the two differ
 * a browser loads two pictures.
 */

import type { Schemas } from "../api/client";

/** What the API says of a shader's or a version's still. */
export interface HasStill {
  readonly still_url?: string | null;
  readonly pictures?: readonly Schemas["PictureSize"][];
}

export const CARD_SIZES = "(min-width: 1320px) 20vw, (min-width: 960px) 25vw, (min-width: 600px) 33vw, 50vw";
export const LARGE_CARD_SIZES = "(min-width: 1320px) 40vw, (min-width: 960px) 50vw, (min-width: 600px) 67vw, 100vw";
export const STAGE_SIZES = "min(100vw, 1440px)";
export const FRAME_SIZES = "100vw";

/** The attributes of an image that shows the still so wide; null where there is none yet. */
export function stillOf(shown: HasStill, sizes: string): { src: string; srcSet?: string; sizes?: string } | null {
  const { still_url: src, pictures = [] } = shown;
  if (!src) return null;
  if (pictures.length === 0) return { src };
  return { src, srcSet: pictures.map(({ url, width }) => `${url} ${width}w`).join(", "), sizes };
}
