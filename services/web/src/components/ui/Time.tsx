import { ago, minute } from "../../lib/dates";

/** A relative time; the exact one is its title. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={minute(at)}>
      {ago(at)}
    </time>
  );
}
