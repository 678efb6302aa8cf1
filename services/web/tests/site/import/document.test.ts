import { expect, test } from "vitest";
import { parseImport } from "../../../src/features/import/document";

const IMAGE = {
  type: "image",
  name: "Image",
  code: "void mainImage(out vec4 c, in vec2 p) { c = vec4(1.0); }",
  inputs: [],
};
const SHADER = { ver: "0.1", info: { id: "Xs", name: "Tide", username: "ada" }, renderpass: [IMAGE] };

test.each([
  ["alone", SHADER],
  ["as the API gives it", { Shader: SHADER }],
  ["in a list", [SHADER]],
  ["in an export of all", { userName: "ada", numShaders: 1, shaders: [SHADER] }],
])("a shader %s", (_, document) => {
  const found = parseImport(JSON.stringify(document));
  expect(found).toEqual({
    kind: "shaders",
    shaders: [{ title: "Tide", author: "ada", licence: null, passes: ["Image"], inputs: [], document: SHADER }],
  });
});

test("passes and inputs that are not supported are named", () => {
  const buffer = { type: "buffer", name: "Buffer A", code: "", inputs: [{ channel: 0, ctype: "keyboard" }] };
  const found = parseImport(JSON.stringify({ ...SHADER, renderpass: [IMAGE, buffer] }));
  expect(found).toMatchObject({ shaders: [{ passes: ["Image", "Buffer A"], inputs: ["keyboard"] }] });
});

test("an export of this site has a licence", () => {
  const found = parseImport(JSON.stringify({ ...SHADER, fractafrag: { licence: "CC0-1.0" } }));
  expect(found).toMatchObject({ shaders: [{ licence: "CC0-1.0" }] });
});

test("GLSL", () => {
  expect(parseImport(IMAGE.code)).toMatchObject({ kind: "glsl", dialect: "shadertoy" });
  expect(parseImport("float f(float x) { return x; }")).toMatchObject({ kind: "glsl", dialect: null });
});

test("nothing, and what is neither", () => {
  expect(parseImport(" \n")).toEqual({ kind: "nothing" });
  expect(parseImport('{"info": ')).toMatchObject({ kind: "unreadable" });
  expect(parseImport('{"a": 1}')).toMatchObject({ kind: "unreadable" });
  expect(parseImport("[[[[[[]]]]]]")).toMatchObject({ kind: "unreadable" });
  expect(parseImport('{"renderpass": [1, null, {"name": {}}], "info": 3}')).toMatchObject({
    shaders: [{ title: "Untitled", passes: ["a pass without a name"] }],
  });
});
