import { describe, expect, test } from "vitest";
import { clampParameters, detectDialect, parseParameters } from "../../runtime";
import { foreignLanguage } from "../../runtime/foreign";
import { scan } from "../../runtime/scan";
import dialects from "../../runtime/vectors/dialects.json";
import foreign from "../../runtime/vectors/foreign.json";
import parameters from "../../runtime/vectors/parameters.json";

describe("detectDialect", () => {
  test.each(dialects)("$name", ({ source, dialect }) => {
    expect(detectDialect(source)).toBe(dialect);
  });
});

describe("foreignLanguage", () => {
  test.each(foreign)("$name", ({ source, hasEntry, message }) => {
    expect(detectDialect(source) !== null).toBe(hasEntry);
    expect(foreignLanguage(scan(source), hasEntry)).toBe(message);
  });
});

describe("parseParameters", () => {
  test.each(parameters.parse)("$name", ({ source, parameters: expected }) => {
    expect(parseParameters(source)).toEqual(expected);
  });
});

describe("clampParameters", () => {
  test.each(parameters.clamp)("$name", ({ source, values, fitted }) => {
    expect(clampParameters(parseParameters(source), values)).toEqual(fitted);
  });

  test("values that JSON cannot hold become defaults", () => {
    const found = parseParameters("uniform float x; // = 0.5\nuniform vec2 at; // = vec2(1.0)");
    const given = { x: Number.NaN, at: [Number.POSITIVE_INFINITY, 0] };
    expect(clampParameters(found, given)).toEqual({ x: 0.5, at: [1, 1] });
  });
});
