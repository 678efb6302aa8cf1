import { useId } from "react";
import type { Parameter, ParameterValue } from "../../../../runtime";
import { fromHex, toHex } from "../colour";
import { decimal } from "../writeback";

interface Props {
  readonly parameter: Parameter;
  readonly value: ParameterValue;
  readonly onChange: (value: ParameterValue) => void;
}

const AXES = ["x", "y", "z", "w"];
const STEPS = 200;

/** A slider for a number, one for each component of a vector, a colour field, a switch. */
export function ParameterControl({ parameter, value, onChange }: Props) {
  const label = parameter.label ?? parameter.name;
  if (typeof value === "boolean") {
    return (
      <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
        <input
          type="checkbox"
          className="accent-accent"
          checked={value}
          onChange={(event) => onChange(event.target.checked)}
        />
        {label}
      </label>
    );
  }
  if (typeof value === "number")
    return <Slider label={label} parameter={parameter} value={value} onChange={onChange} />;
  return (
    <fieldset className="flex flex-wrap items-center gap-x-4">
      <legend className="sr-only">{label}</legend>
      {parameter.widget === "color" && <ColourField label={label} value={value} onChange={onChange} />}
      {value.map((one, index) => {
        if (parameter.widget === "color" && index < 3) return null;
        const name = `${label} ${parameter.widget === "color" ? "opacity" : AXES[index]}`;
        const change = (next: number) => onChange(value.map((old, at) => (at === index ? next : old)));
        return (
          <div key={name} className="min-w-40 flex-1">
            <Slider label={name} parameter={parameter} value={one} onChange={change} />
          </div>
        );
      })}
    </fieldset>
  );
}

interface SliderProps {
  readonly label: string;
  readonly parameter: Parameter;
  readonly value: number;
  readonly onChange: (value: number) => void;
}

function Slider({ label, parameter, value, onChange }: SliderProps) {
  const id = useId();
  const whole = parameter.type === "int";
  // A vector without a range reaches a little beyond what it is.
  const min = parameter.min ?? Math.min(-1, 2 * value);
  const max = parameter.max ?? Math.max(1, 2 * value);
  return (
    <div className="text-sm">
      <div className="flex justify-between gap-2">
        <label htmlFor={id}>{label}</label>
        <output htmlFor={id} className="text-ink-2">
          {whole ? value : decimal(value, parameter.step)}
        </output>
      </div>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={parameter.step ?? (max - min) / STEPS}
        value={value}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="h-5 w-full accent-accent pointer-coarse:h-11"
      />
    </div>
  );
}

interface ColourProps {
  readonly label: string;
  readonly value: readonly number[];
  readonly onChange: (value: number[]) => void;
}

function ColourField({ label, value, onChange }: ColourProps) {
  return (
    <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
      <input
        type="color"
        className="h-6 w-10 rounded-sm border border-line bg-raised pointer-coarse:h-11"
        value={toHex(value)}
        onChange={(event) => onChange(fromHex(event.target.value, value))}
      />
      {label}
    </label>
  );
}
