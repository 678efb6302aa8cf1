import { type ReactNode, useId } from "react";
import { INPUT } from "../../../components/Field";

interface Labels {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
}

interface Naming {
  readonly id: string;
  readonly "aria-invalid": true | undefined;
  readonly "aria-describedby": string | undefined;
}

/** The frame that `Field` gives to an input, around any control. */
function Labelled({ label, hint, error, children }: Labels & { readonly children: (naming: Naming) => ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1">
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

interface AreaProps extends Labels {
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function AreaField({ value, onChange, ...labels }: AreaProps) {
  return (
    <Labelled {...labels}>
      {(naming) => (
        <textarea
          {...naming}
          rows={3}
          maxLength={10_000}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={`${INPUT} h-auto py-2`}
        />
      )}
    </Labelled>
  );
}

interface SelectProps<T extends string> extends Labels {
  readonly value: T;
  readonly options: readonly { readonly id: T; readonly name: string }[];
  readonly onChange: (value: T) => void;
}

export function SelectField<T extends string>({ value, options, onChange, ...labels }: SelectProps<T>) {
  return (
    <Labelled {...labels}>
      {(naming) => (
        <select {...naming} value={value} onChange={(event) => onChange(event.target.value as T)} className={INPUT}>
          {options.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
