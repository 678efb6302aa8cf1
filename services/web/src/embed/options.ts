/** The options in the address of an embed. */

export interface EmbedOptions {
  readonly autoplay: boolean;
  readonly paused: boolean;
  readonly controls: boolean;
  readonly mouse: boolean;
  readonly time: number;
}

export function optionsOf(search: string): EmbedOptions {
  const given = new URLSearchParams(search);
  const time = Number(given.get("t") ?? 0);
  return {
    autoplay: is(given, "autoplay", false),
    paused: is(given, "paused", false),
    controls: is(given, "controls", true),
    mouse: is(given, "mouse", true),
    time: Number.isFinite(time) && time > 0 ? time : 0,
  };
}

/** A name alone counts as yes. */
function is(given: URLSearchParams, name: string, otherwise: boolean): boolean {
  const value = given.get(name);
  return value === null ? otherwise : !["0", "false", "no", "off"].includes(value.toLowerCase());
}
