/** Times as people read them, in their own time zone. */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const MINUTE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
const CLOCK = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const MONTH = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });
/** Months of what is counted by the month begin at the same time for everybody. */
const MONTHS_DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", timeZone: "UTC" });
const AGO = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

export function day(iso: string): string {
  return DAY.format(new Date(iso));
}

/** "December 1", on which something begins anew. */
export function resetDay(iso: string): string {
  return MONTHS_DAY.format(new Date(iso));
}

export function minute(iso: string): string {
  return MINUTE.format(new Date(iso));
}

/** "14:05" of a time in milliseconds. */
export function clock(at: number): string {
  return CLOCK.format(at);
}

/** "November 2026". */
export function month(iso: string): string {
  return MONTH.format(new Date(iso));
}

/** "2 hours ago", "in 3 days", or the day where that is more than a month away. */
export function ago(iso: string, now = Date.now()): string {
  const distance = new Date(iso).getTime() - now;
  if (Math.abs(distance) > 30 * 86_400_000) return day(iso);
  const unit = UNITS.find(([, size]) => Math.abs(distance) >= size);
  return unit ? AGO.format(Math.round(distance / unit[1]), unit[0]) : "just now";
}
