import { describe, expect, test } from "vitest";
import type { Schemas } from "../../../src/api/client";
import { ApiError } from "../../../src/api/problem";
import { draftOfFork, draftOfOwn } from "../../../src/features/editor/opening";
import { merged, mergeOf } from "../../../src/features/editor/saving";
import { apiErrorsOf } from "../../../src/lib/apiErrors";
import { hasNewCode, isUnfinished, NO_DETAILS, newDraft } from "../../../src/lib/drafts/draft";
import { allowedUnder, LICENCES } from "../../../src/lib/licences";
import { INITIAL_CHOICES } from "../../../src/lib/shaderChoices";
import { tagsIn } from "../../../src/lib/tags";

const SHADER = {
  id: "W",
  title: "Tide",
  description: "",
  tags: ["sea"],
  licence: "CC-BY-SA-4.0",
  inherited_licence: null,
  ...INITIAL_CHOICES,
  still_time: 2,
  source: "void main() {}",
  version: 3,
  parameter_values: { speed: 2 },
  author: { display_name: "Ada", handle: "ada" },
} as unknown as Schemas["ShaderPublic"];

describe("a draft", () => {
  test("of one's own shader begins with its newest version", () => {
    const draft = draftOfOwn(SHADER);
    expect(draft).toMatchObject({ shaderId: "W", origin: null, base: { version: 3 }, parameterValues: { speed: 2 } });
    expect(isUnfinished(draft)).toBe(false);
  });

  test("of somebody else's becomes a fork that respects the licence and says nothing in the author's name", () => {
    const draft = draftOfFork({ ...SHADER, description: "Deep.", ai_label: "ai-generated" }, false);
    expect(draft).toMatchObject({
      shaderId: null,
      base: { version: 0 },
      details: { ...NO_DETAILS, tags: ["sea"], licence: "CC-BY-SA-4.0" },
    });
    expect(draft.origin).toEqual({ id: "W", version: 3, title: "Tide", author: "Ada", licence: "CC-BY-SA-4.0" });
    expect(draftOfFork(SHADER, true).origin?.licence).toBeNull();
  });
});

describe("a stale version", () => {
  const draft = { ...newDraft("a\nb\nc\n"), shaderId: "W", source: "a\nb\nmine\n" };
  const sides = { current: { version: 2, source: "theirs\nb\nc\n" }, base: { version: 1, source: "a\nb\nc\n" } };
  const error = new ApiError(409, "stale_version", "Version 2 exists", sides);

  test("opens a merge of all three sides", () => {
    const merge = mergeOf(draft, error);
    expect(merge).toMatchObject({
      mine: "a\nb\nmine\n",
      theirs: { version: 2 },
      base: { version: 1 },
      result: "theirs\nb\nmine\n",
    });
    const done = merge && merged({ ...draft, merge }, merge);
    expect(done).toMatchObject({
      source: "theirs\nb\nmine\n",
      merge: null,
      base: { version: 2, source: "theirs\nb\nc\n" },
    });
    expect(done && hasNewCode(done)).toBe(true);
  });

  test("is told from other conflicts", () => {
    expect(mergeOf(draft, new ApiError(409, "already_newest", "", sides))).toBeNull();
    expect(mergeOf(draft, new ApiError(409, "stale_version", ""))).toBeNull();
  });
});

describe("licences of a fork", () => {
  test.each<[string | null, (ids: readonly string[]) => void]>([
    [null, (ids) => expect(ids).toEqual(LICENCES)],
    ["CC0-1.0", (ids) => expect(ids).toEqual(LICENCES)],
    ["MIT", (ids) => expect(ids).not.toContain("CC0-1.0")],
    ["CC-BY-4.0", (ids) => expect(ids).toEqual(expect.arrayContaining(["MIT", "CC-BY-NC-4.0", "all-rights-reserved"]))],
    ["CC-BY-NC-4.0", (ids) => expect(ids).not.toContain("CC-BY-4.0")],
    ["CC-BY-SA-3.0", (ids) => expect([...ids].sort()).toEqual(["CC-BY-SA-3.0", "CC-BY-SA-4.0"])],
    ["GPL-3.0-only", (ids) => expect(ids).toEqual(["GPL-3.0-only"])],
    ["CC-BY-ND-4.0", (ids) => expect(ids).toEqual([])],
    ["all-rights-reserved", (ids) => expect(ids).toEqual([])],
  ])("of a shader under %s", (parent, check) => check(allowedUnder(parent)));
});

describe("a refusal", () => {
  test("stands at its field", () => {
    const fields = [{ in: "body", field: "tags.1", message: "Value error, only a-z" }];
    const { fields: found } = apiErrorsOf(new ApiError(422, "malformed", "", { fields }));
    expect(found).toEqual({ tags: "Only a-z." });
  });

  test("for the month's limit says when there are new ones", () => {
    const problem = { limit: 5, resets_at: "2026-12-01T00:00:00+00:00" };
    expect(apiErrorsOf(new ApiError(403, "publish_limit", "", problem)).rest).toMatch(
      /5 shaders a month.*1 December|December 1/,
    );
  });

  test("for a licence names those that are allowed", () => {
    const error = new ApiError(409, "licence_obligation", "A fork cannot be under MIT", { allowed: ["CC-BY-SA-4.0"] });
    expect(apiErrorsOf(error).fields["licence"]).toBe("A fork cannot be under MIT. Take one of: CC-BY-SA-4.0.");
  });
});

test("tags stand between commas", () => {
  expect(tagsIn(" #Sea, ray marching,, sea;blue ")).toEqual(["Sea", "ray marching", "sea", "blue"]);
});
