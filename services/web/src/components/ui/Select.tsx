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

/** A choice of one in a toolbar or a line of text. The browser's own list, which telephones show in their way. */
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

/** A choice of one with all its options in sight. */
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
            className="size-4 accent-accent"
            checked={option === value}
            onChange={() => onChange(option)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
