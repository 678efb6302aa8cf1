import { describe, expect, test } from "vitest";
import { DIALECTS } from "../../../runtime";
import { TEMPLATES, templateNamed } from "../../../src/features/editor/templates";
import { Canvas } from "../../runtime/canvas";

describe("templates", () => {
  test("there is one for each dialect", () => {
    expect(TEMPLATES.map(({ dialect }) => dialect)).toEqual([...DIALECTS]);
  });

  test.each(TEMPLATES.map((one) => [one.name, one] as const))(
    "%s compiles as what it is and shows something",
    (_, template) => {
      const canvas = new Canvas(64, 36);
      const result = canvas.runtime.compile(template.source);
      expect(result.errors).toEqual([]);
      expect(result).toMatchObject({ ok: true, dialect: template.dialect, animated: true });
      for (let frame = 0; frame < 20; frame++) canvas.runtime.draw(canvas.frame({ time: frame / 20 }));
      expect(new Set(canvas.read()).size).toBeGreaterThan(40);
    },
  );

  test("an unknown name gives the first", () => {
    expect(templateNamed("nothing").name).toBe("shadertoy");
    expect(templateNamed("es300").dialect).toBe("es300");
  });
});
