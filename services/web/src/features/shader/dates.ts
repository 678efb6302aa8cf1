const SHOWN = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

export function when(iso: string): string {
  return SHOWN.format(new Date(iso));
}

export function day(iso: string): string {
  return DAY.format(new Date(iso));
}
