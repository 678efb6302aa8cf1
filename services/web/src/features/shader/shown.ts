import type { Dialect } from "../../../runtime";
import type { Schemas } from "../../api/client";
import type { Shader, Version } from "./queries";

/** The version of a shader that the page shows. */
export interface Shown {
  readonly version: number;
  readonly isOld: boolean;
  readonly source: string;
  readonly dialect: Dialect;
  readonly values: Readonly<Record<string, unknown>>;
  readonly still: string | null;
  readonly stillTime: number | null;
  readonly render: Schemas["RenderPublic"] | undefined;
}

/** Null while the version loads. */
export function shownOf(shader: Shader, requested: number | null, version: Version | undefined): Shown | null {
  if (requested === null || requested === shader.version) {
    const { source, dialect, still_url, render } = shader;
    const stillTime = render.still_time ?? shader.still_time;
    return {
      version: shader.version,
      isOld: false,
      source,
      dialect,
      values: shader.parameter_values,
      still: still_url,
      stillTime,
      render,
    };
  }
  if (version === undefined) return null;
  const { source, dialect, still_url: still } = version;
  const values = version.parameter_values;
  return {
    version: version.version,
    isOld: true,
    source,
    dialect,
    values,
    still,
    stillTime: shader.still_time,
    render: undefined,
  };
}
