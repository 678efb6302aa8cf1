import { expect, onTestFinished, test } from "vitest";
import { CONSTANTS, FUNCTIONS, FUNCTIONS_100, FUNCTIONS_300, KEYWORDS, TYPES } from "../../../runtime/vocabulary";
import { createCode } from "../../../src/features/editor/code/code";
import { TEMPLATES } from "../../../src/features/editor/templates";
import { tokenize } from "../../../src/lib/glsl";

/** The colours of the site's styles, one for each kind. */
const COLOURS = {
  "--code-comment": "rgb(1, 0, 0)",
  "--code-keyword": "rgb(2, 0, 0)",
  "--code-type": "rgb(3, 0, 0)",
  "--code-builtin": "rgb(4, 0, 0)",
  "--code-number": "rgb(5, 0, 0)",
};
const OF_KIND = {
  comment: COLOURS["--code-comment"],
  keyword: COLOURS["--code-keyword"],
  directive: COLOURS["--code-keyword"],
  type: COLOURS["--code-type"],
  builtin: COLOURS["--code-builtin"],
  number: COLOURS["--code-number"],
  plain: null,
};
const KNOWN = new Set(Object.values(COLOURS));

/** Each word and number with its colour, null for that of plain text: as the editor draws them. */
function inEditor(source: string): [string, string | null][] {
  const box = document.createElement("div");
  box.style.height = "20000px";
  for (const [name, colour] of Object.entries(COLOURS)) box.style.setProperty(name, colour);
  document.body.append(box);
  const code = createCode(box, source, () => undefined);
  onTestFinished(() => {
    code.destroy();
    box.remove();
  });
  const texts = document.createTreeWalker(box.querySelector(".cm-content") ?? box, NodeFilter.SHOW_TEXT);
  const drawn: [string, string | null][] = [];
  for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
    const { color } = getComputedStyle(text.parentElement ?? box);
    drawn.push(...wordsOf(text.textContent ?? "", KNOWN.has(color) ? color : null));
  }
  return drawn;
}

/** The same on a shader's page. */
function onPage(source: string): [string, string | null][] {
  return tokenize(source).flatMap((line) => line.flatMap(({ kind, text }) => wordsOf(text, OF_KIND[kind])));
}

function wordsOf(text: string, colour: string | null): [string, string | null][] {
  return Array.from(text.matchAll(/[\w.]*\w/g), ([word]) => [word, colour]);
}

const SAMPLE = `#version 300 es
#define TAU 6.283 // turn
#define WAVE(x) sin(TAU * (x))
#ifdef GL_ES
precision highp float;
#endif
struct Ray { vec3 from; vec3 to; };
uniform float speed; // = 1.0 in [0.0, 4.0]
const vec3 SKY = vec3(0.0, 1.5e-3, .5);
/* float hidden; */
float bend(in Ray ray, float at) {
  for (int i = 0; i < 3; i++) { if (at > 2.0 || i == 1) continue; else at += ray.from.x; }
  return mix(at, WAVE(iTime), true ? 0.5 : 1.0) + dFdx(at) + gl_FragCoord.x + float(0x1F) + u_mouse.x;
}
`;

test.each([["a sample", SAMPLE], ...TEMPLATES.map(({ name, source }) => [name, source])])(
  "%s has the same colours in the editor and on its page",
  (_, source = "") => {
    // The editor draws the lines in view only.
    const drawn = inEditor(source);
    expect(drawn.length).toBeGreaterThan(60);
    expect(onPage(source).slice(0, drawn.length)).toEqual(drawn);
  },
);

test("every word of the language has the same colour in the editor and on a page", () => {
  const words = [...TYPES, ...KEYWORDS, ...CONSTANTS, ...FUNCTIONS, ...FUNCTIONS_100, ...FUNCTIONS_300];
  const source = words.map((word, index) => (index % 8 === 7 ? `${word}\n` : word)).join(" ");
  expect(onPage(source)).toEqual(inEditor(source));
  expect(onPage(source).map(([word]) => word)).toEqual(words);
  expect(onPage(source).every(([, colour]) => colour !== null)).toBe(true);
});
