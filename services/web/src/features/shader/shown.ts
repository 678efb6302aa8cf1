import type { Dialect } from "../../../runtime";
import type { Schemas } from "../../api/client";
import type { HasStill } from "../../lib/stills";
import type { Shader, Version } from "./queries";

/** The version of a shader that the page shows. */
export interface Shown {
  readonly version: number;
  readonly isOld: boolean;
  readonly source: string;
  readonly dialect: Dialect;
  readonly values: Readonly<Record<string, unknown>>;
  readonly still: HasStill;
  readonly stillTime: number | null;
  /** Null where that is not known. */
  readonly flashes: boolean | null;
  readonly render: Schemas["RenderPublic"] | undefined;
}

/** Null while the version loads. */
export function shownOf(shader: Shader, requested: number | null, version: Version | undefined): Shown | null {
  if (requested === null || requested === shader.version) {
    const { source, dialect, render } = shader;
    const stillTime = render.still_time ?? shader.still_time;
    return {
      version: shader.version,
      isOld: false,
      source,
      dialect,
      values: shader.parameter_values,
      still: shader,
      stillTime,
      // Until the newest version is measured, what is known of the one before.
      flashes: render.flashes ?? shader.flashes ?? null,
      render,
    };
  }
  if (version === undefined) return null;
  const { source, dialect } = version;
  const values = version.parameter_values;
  return {
    version: version.version,
    isOld: true,
    source,
    dialect,
    values,
    still: version,
    stillTime: shader.still_time,
    flashes: version.flashes ?? null,
    render: undefined,
  };
}
