import { expect, test } from "vitest";
import { understand } from "../../../src/features/transfer/document";

const IMAGE = {
  type: "image",
  name: "Image",
  code: "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }",
  inputs: [],
};
const WORK = { ver: "0.1", info: { id: "Xs", name: "Tide", username: "ada" }, renderpass: [IMAGE] };

test.each([
  ["alone", WORK],
  ["as the API gives it", { Shader: WORK }],
  ["in a list", [WORK]],
  ["in an export of all", { userName: "ada", numShaders: 1, shaders: [WORK] }],
])("a work %s", (_, document) => {
  const found = understand(JSON.stringify(document));
  expect(found).toEqual({
    kind: "works",
    works: [{ title: "Tide", author: "ada", licence: null, passes: ["Image"], inputs: [], document: WORK }],
  });
});

test("passes and inputs that are not supported are named", () => {
  const buffer = { type: "buffer", name: "Buffer A", code: "", inputs: [{ channel: 0, ctype: "keyboard" }] };
  const found = understand(JSON.stringify({ ...WORK, renderpass: [IMAGE, buffer] }));
  expect(found).toMatchObject({ works: [{ passes: ["Image", "Buffer A"], inputs: ["keyboard"] }] });
});

test("an export of this site has a licence", () => {
  const found = understand(JSON.stringify({ ...WORK, fractafrag: { licence: "CC0-1.0" } }));
  expect(found).toMatchObject({ works: [{ licence: "CC0-1.0" }] });
});

test("GLSL", () => {
  expect(understand(IMAGE.code)).toMatchObject({ kind: "glsl", dialect: "shadertoy" });
  expect(understand("float f(float x) { return x; }")).toMatchObject({ kind: "glsl", dialect: null });
});

test("nothing, and what is neither", () => {
  expect(understand(" \n")).toEqual({ kind: "nothing" });
  expect(understand('{"info": ')).toMatchObject({ kind: "unreadable" });
  expect(understand('{"a": 1}')).toMatchObject({ kind: "unreadable" });
  expect(understand("[[[[[[]]]]]]")).toMatchObject({ kind: "unreadable" });
  expect(understand('{"renderpass": [1, null, {"name": {}}], "info": 3}')).toMatchObject({
    works: [{ title: "Untitled", passes: ["a pass without a name"] }],
  });
});
