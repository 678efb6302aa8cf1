import type { ComponentProps } from "react";
import { INPUT, Labelled, type Labels } from "./Labelled";

/** A labelled input. */
export function Field({ label, hint, error, className = "", ...rest }: Labels & ComponentProps<"input">) {
  return (
    <Labelled label={label} hint={hint} error={error} className={className}>
      {(naming) => <input {...naming} className={INPUT} {...rest} />}
    </Labelled>
  );
}

/** A labelled textarea. */
export function AreaField({ label, hint, error, ...rest }: Labels & ComponentProps<"textarea">) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(naming) => <textarea {...naming} className={`${INPUT} h-auto py-2 pointer-coarse:h-auto`} {...rest} />}
    </Labelled>
  );
}

interface SelectProps<T extends string> extends Labels, Omit<ComponentProps<"select">, "onChange"> {
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly onChoose?: (value: T) => void;
}

/** A labelled select. */
export function SelectField<T extends string>(props: SelectProps<T>) {
  const { label, hint, error, options, onChoose, ...rest } = props;
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(naming) => (
        <select {...naming} className={INPUT} onChange={({ target }) => onChoose?.(target.value as T)} {...rest}>
          {options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
