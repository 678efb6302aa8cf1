import type { Dialect } from "../../../runtime";
import type { Schemas } from "../../api/client";
import type { Version, Work } from "./queries";

/** The version of a work that is looked at. */
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

/** Null while the version is still to come. */
export function shownOf(work: Work, asked: number | null, version: Version | undefined): Shown | null {
  if (asked === null || asked === work.version) {
    const { source, dialect, still_url, render } = work;
    const stillTime = render.still_time ?? work.still_time;
    return {
      version: work.version,
      isOld: false,
      source,
      dialect,
      values: work.parameter_values,
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
    stillTime: work.still_time,
    render: undefined,
  };
}
