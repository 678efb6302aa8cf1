/** Whether a key works, and until when. */

import type { Schemas } from "../../api/client";
import { day, minute } from "../../lib/dates";

export interface KeyState {
  readonly active: boolean;
  readonly label: string;
}

export function keyState(key: Schemas["KeyPublic"], now = Date.now()): KeyState {
  const ends = [key.revoked_at, key.expires_at].filter((at) => at !== null).sort()[0];
  const ended = ends !== undefined && new Date(ends).getTime() <= now;
  if (ended && key.replaced_by !== null) return { active: false, label: `Rotated, ended ${day(ends)}` };
  if (ended) return { active: false, label: `${ends === key.revoked_at ? "Revoked" : "Expired"} ${day(ends)}` };
  if (key.replaced_by !== null && ends !== undefined)
    return { active: true, label: `Rotated, works until ${minute(ends)}` };
  return { active: true, label: ends === undefined ? "Works, no expiry" : `Works until ${day(ends)}` };
}
