import type { ReactNode } from "react";

export type Options<T extends string | number> = readonly (readonly [value: T, label: string])[];

interface Props<T extends string | number> {
  readonly label: string;
  readonly value: T;
  readonly options: Options<T>;
  readonly onChange: (value: T) => void;
  readonly className?: string;
}

const SHAPE =
  "h-8 rounded-sm border border-line bg-raised px-1 text-sm text-ink hover:border-ink-2 pointer-coarse:h-11";

/** A select for toolbars and lines of text. It is native, because phones show a native one best. */
export function Select<T extends string | number>({ label, value, options, onChange, className = "" }: Props<T>) {
  return (
    <select
      aria-label={label}
      title={label}
      value={value}
      onChange={({ target }) => {
        const chosen = options[target.selectedIndex];
        if (chosen !== undefined) onChange(chosen[0]);
      }}
      className={`${SHAPE} ${className}`}
    >
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {name}
        </option>
      ))}
    </select>
  );
}

interface RadioProps<T extends string> {
  readonly legend: ReactNode;
  readonly name: string;
  /** Null where nothing is chosen yet. */
  readonly value: T | null;
  readonly options: Options<T>;
  readonly onChange: (value: T) => void;
}

/** Radio buttons with a legend. */
export function RadioGroup<T extends string>({ legend, name, value, options, onChange }: RadioProps<T>) {
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      {options.map(([option, label]) => (
        <label key={option} className="flex min-h-8 items-center gap-3 pointer-coarse:min-h-11">
          <input
            type="radio"
            name={name}
            value={option}
            className="size-4 flex-none accent-accent"
            checked={option === value}
            onChange={() => onChange(option)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
