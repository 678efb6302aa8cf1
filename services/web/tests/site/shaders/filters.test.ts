import { describe, expect, test } from "vitest";
import {
  activeFilters,
  asQuery,
  CHOICE_NAMES,
  CHOICES,
  commonTags,
  exploreAddress,
  NO_FILTERS,
  readFilters,
  writeFilters,
} from "../../../src/features/shaders/filters/filters";
import { plainTag } from "../../../src/lib/tags";

const read = (text: string) => readFilters(new URLSearchParams(text));

describe("filters in the address", () => {
  test("come back as they were written, whatever is in them", () => {
    const filters = {
      ...NO_FILTERS,
      q: "<b>tide & pool</b>",
      tags: ["water", "2d"],
      author: "ada",
      licence: "CC0-1.0",
      dialect: "shadertoy",
      ai_label: "human",
      period: "week",
      sort: "top",
    } as const;
    expect(readFilters(writeFilters(filters))).toEqual(filters);
    expect(writeFilters(NO_FILTERS).toString()).toBe("");
    expect(exploreAddress({ tags: ["a", "b"] })).toBe("/explore?tag=a&tag=b");
  });

  test("that make no sense are left out", () => {
    expect(read("dialect=cobol&licence=beer&ai=toString&period=eon&sort=worst&tag=&tag=%20&unknown=1")).toEqual(
      NO_FILTERS,
    );
    expect(read("sort=relevance").sort).toBe("");
    expect(read("sort=relevance&q=sea").sort).toBe("relevance");
    expect(read("tag=Deep%20Sea&tag=deep-sea&author=%40Ada")).toMatchObject({ tags: ["deep-sea"], author: "ada" });
    expect(read(Array.from({ length: 12 }, (_, n) => `tag=t${n}`).join("&")).tags).toHaveLength(8);
  });

  test("become the API's parameters, without empty ones", () => {
    expect(asQuery(NO_FILTERS)).toEqual({});
    expect(asQuery(read("q=+sea+&tag=a&ai=human&sort=new"))).toEqual({
      q: "sea",
      tag: ["a"],
      ai_label: "human",
      sort: "new",
    });
  });

  test.each(CHOICE_NAMES)("have one of each value of %s", (name) => {
    const { labels }: { labels: Readonly<Record<string, string>> } = CHOICES[name];
    for (const [value, label] of Object.entries(labels)) {
      const filters = { ...NO_FILTERS, [name]: value };
      expect(readFilters(writeFilters(filters))).toEqual(filters);
      expect(asQuery(filters)).toEqual({ [name]: value });
      expect(activeFilters(filters)).toEqual([{ label, without: NO_FILTERS }]);
    }
  });

  test("have the names that earlier addresses have", () => {
    expect(exploreAddress({ ai_label: "human", dialect: "es100" })).toBe("/explore?dialect=es100&ai=human");
  });

  test("can be taken off one by one", () => {
    const active = activeFilters(read("q=sea&tag=a&tag=b&licence=MIT&sort=new"));
    expect(active.map(({ label }) => label)).toEqual(["“sea”", "#a", "#b", "MIT"]);
    expect(active[1]?.without).toEqual(read("q=sea&tag=b&licence=MIT&sort=new"));
  });
});

test("tags of the shaders found are offered, the most common first", () => {
  const shaders = [{ tags: ["sea", "blue"] }, { tags: ["sea", "2d"] }, { tags: ["blue", "sea"] }];
  expect(commonTags(shaders, [])).toEqual(["sea", "blue", "2d"]);
  expect(commonTags(shaders, ["sea"], 1)).toEqual(["blue"]);
});

test("a tag is brought into the API's form", () => {
  expect(plainTag("#Ray Marching_2 ")).toBe("ray-marching-2");
  expect(plainTag("--")).toBe("");
});
