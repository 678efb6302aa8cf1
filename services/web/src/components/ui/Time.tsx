import { ago, minute } from "../../lib/dates";

/** A moment, in words; the exact time on hover. */
export function Time({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={minute(at)}>
      {ago(at)}
    </time>
  );
}
