/** What a new shader can begin with: one text for each dialect, under CC0. */

import type { Dialect } from "../../../../runtime";
import comet from "./comet.glsl?raw";
import glass from "./glass.glsl?raw";
import moon from "./moon.glsl?raw";
import silk from "./silk.glsl?raw";
import tiles from "./tiles.glsl?raw";

export interface Template {
  readonly name: string;
  readonly dialect: Dialect;
  readonly title: string;
  /** What the dialect is, for who does not know it. */
  readonly about: string;
  readonly source: string;
}

export const TEMPLATES: readonly Template[] = [
  {
    name: "shadertoy",
    dialect: "shadertoy",
    title: "Shadertoy",
    about: "mainImage, iTime, iResolution. Nothing to declare.",
    source: silk,
  },
  {
    name: "glsl-sandbox",
    dialect: "glsl-sandbox",
    title: "GLSL Sandbox",
    about: "main, time, mouse, and the frame before.",
    source: comet,
  },
  {
    name: "book-of-shaders",
    dialect: "book-of-shaders",
    title: "The Book of Shaders",
    about: "main, u_time, u_resolution, u_mouse.",
    source: tiles,
  },
  {
    name: "es100",
    dialect: "es100",
    title: "Plain GLSL ES 1.00",
    about: "main and gl_FragColor; a scene by ray marching.",
    source: moon,
  },
  {
    name: "es300",
    dialect: "es300",
    title: "Plain GLSL ES 3.00",
    about: "An output of your own, whole numbers, newer syntax.",
    source: glass,
  },
];

/** The template of that name, or the first. */
export function templateNamed(name: string | null): Template {
  const found = TEMPLATES.find((one) => one.name === name) ?? TEMPLATES[0];
  if (found === undefined) throw new Error("there are no templates");
  return found;
}
