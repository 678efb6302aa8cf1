import { type ComponentProps, useId } from "react";

interface Props extends ComponentProps<"input"> {
  readonly label: string;
  readonly hint?: string;
  /** What is wrong with the value, in a sentence. */
  readonly error?: string | undefined;
}

export const INPUT =
  "h-9 w-full rounded-sm border border-line bg-raised px-3 text-base text-ink aria-invalid:border-bad pointer-coarse:h-11";

/** A labelled line of input; hint and error are read out with it. */
export function Field({ label, hint, error, className = "", ...rest }: Props) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <input
        id={id}
        className={INPUT}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        {...rest}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-xs text-ink-2">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="text-xs text-bad" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
