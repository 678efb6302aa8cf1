/** The words of the usage page. */

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** "12 of 200"; without a bound "12, without a limit". */
export function amountOf(used: number, limit: number | null): string {
  return limit === null
    ? `${NUMBER.format(used)}, without a limit`
    : `${NUMBER.format(used)} of ${NUMBER.format(limit)}`;
}

/** Bytes as megabytes, so that a little is not nothing. */
export function megabytes(bytes: number): string {
  return NUMBER.format(bytes > 0 ? Math.max(0.1, bytes / 1e6) : 0);
}
