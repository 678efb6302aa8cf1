import { expect, test } from "vitest";
import { keyState } from "../../../src/features/settings/keyState";
import type { Key } from "../../../src/features/settings/queries";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const PLAIN: Key = {
  id: "1",
  name: "agent",
  prefix: "ff_live_Xq3k",
  scopes: ["read"],
  created_at: "2026-11-01T00:00:00Z",
  expires_at: null,
  last_used_at: null,
  revoked_at: null,
  replaced_by: null,
};

test.each<[string, Partial<Key>, boolean, RegExp]>([
  ["without an end", {}, true, /^Works, no expiry$/],
  ["until a day", { expires_at: "2026-12-31T12:00:00Z" }, true, /^Works until 31 Dec 2026$/],
  ["expired", { expires_at: "2026-11-20T12:00:00Z" }, false, /^Expired 20 Nov 2026$/],
  [
    "revoked",
    { revoked_at: "2026-11-20T12:00:00Z", expires_at: "2026-12-31T12:00:00Z" },
    false,
    /^Revoked 20 Nov 2026$/,
  ],
  ["in its overlap", { replaced_by: "2", expires_at: "2026-11-25T18:00:00Z" }, true, /^Rotated, works until /],
  ["rotated", { replaced_by: "2", expires_at: "2026-11-25T11:00:00Z" }, false, /^Rotated, ended 25 Nov 2026$/],
])("a key %s", (_, change, active, label) => {
  const state = keyState({ ...PLAIN, ...change }, NOW);
  expect(state.active).toBe(active);
  expect(state.label).toMatch(label);
});
