import { type ReactNode, useId } from "react";

export interface Labels {
  readonly label: string;
  readonly hint?: ReactNode;
  /** The error of the value, as a sentence. */
  readonly error?: string | undefined;
}

/** The attributes that connect a control with its label, hint and error. */
interface Naming {
  readonly id: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

interface Props extends Labels {
  readonly className?: string;
  readonly children: (naming: Naming) => ReactNode;
}

/** The classes of a one-line control. */
export const INPUT =
  "h-9 w-full rounded-sm border border-line bg-raised px-3 text-base text-ink aria-invalid:border-bad pointer-coarse:h-11";

/** A control with its label, hint and error, all connected for screen readers. */
export function Labelled({ label, hint, error, className = "", children }: Props) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className={`flex flex-col gap-1 ${className}`}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": described || undefined })}
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
