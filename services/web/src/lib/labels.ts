/** Labels as forms and lists need them. */

/** A record as the options of a choice, in its order. */
export function optionsOf<T extends string>(labels: Readonly<Record<T, string>>): [T, string][] {
  return Object.entries(labels) as [T, string][];
}

export function count(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : more}`;
}
