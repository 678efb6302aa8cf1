import { expect, test } from "vitest";
import server from "../../../server/stills.py?raw";
import * as stills from "../../../src/lib/stills";

const PICTURES = [320, 640, 1280].map((width) => ({ width, height: (width * 9) / 16, url: `/renders/${width}.webp` }));

test("an image has all sizes, and how wide it is shown", () => {
  expect(stills.stillOf({ still_url: "/renders/640.webp", pictures: PICTURES }, "50vw")).toEqual({
    src: "/renders/640.webp",
    srcSet: "/renders/320.webp 320w, /renders/640.webp 640w, /renders/1280.webp 1280w",
    sizes: "50vw",
  });
  expect(stills.stillOf({ still_url: "/s.webp" }, "50vw")).toEqual({ src: "/s.webp" });
  expect(stills.stillOf({ still_url: null, pictures: [] }, "50vw")).toBeNull();
});

test("what the document loads first is as wide as what the script draws", () => {
  for (const [name, value] of Object.entries(stills)) {
    if (typeof value === "string") expect(server).toContain(`${name} = "${value}"`);
  }
});
