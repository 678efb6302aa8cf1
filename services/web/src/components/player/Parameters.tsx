import type { Parameter, ParameterValue, ParameterValues } from "../../../runtime";
import { hexOf, rgbOf } from "./colors";

interface Props {
  readonly parameters: readonly Parameter[];
  /** A value for each parameter, as `clampParameters` gives them. */
  readonly values: ParameterValues;
  readonly onChange: (name: string, value: ParameterValue) => void;
}

/** A slider, colour or switch for each uniform that the author offers. */
export function Parameters({ parameters, values, onChange }: Props) {
  return (
    <ul className="flex flex-col gap-3">
      {parameters.map((parameter) => (
        <li key={parameter.name}>
          <Control
            parameter={parameter}
            value={values[parameter.name] ?? parameter.default}
            onChange={(value) => onChange(parameter.name, value)}
          />
        </li>
      ))}
    </ul>
  );
}

interface ControlProps<Value> {
  readonly parameter: Parameter;
  readonly value: Value;
  readonly onChange: (value: ParameterValue) => void;
}

function Control({ parameter, value, onChange }: ControlProps<ParameterValue>) {
  if (typeof value === "boolean") return <Toggle parameter={parameter} value={value} onChange={onChange} />;
  if (typeof value === "number") {
    return <Slider label={labelOf(parameter)} parameter={parameter} value={value} onChange={onChange} />;
  }
  if (parameter.widget === "color") return <Color parameter={parameter} value={value} onChange={onChange} />;
  return <Components parameter={parameter} value={value} onChange={onChange} />;
}

function labelOf({ label, name }: Parameter): string {
  return label ?? name;
}

function Toggle({ parameter, value, onChange }: ControlProps<boolean>) {
  return (
    <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
      <input
        type="checkbox"
        checked={value}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-accent pointer-coarse:size-5"
      />
      {labelOf(parameter)}
    </label>
  );
}

function Slider({ label, parameter, value, onChange }: ControlProps<number> & { readonly label: string }) {
  const { min, max, step, type } = parameter;
  // Without a range of the author, as with vectors, one around the default.
  const reach = Math.max(1, 2 * Math.abs(typeof parameter.default === "number" ? parameter.default : value));
  return (
    <label className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 text-sm">
      <span className="truncate">{label}</span>
      <span aria-hidden="true" className="text-xs text-ink-2">
        {shown(value)}
      </span>
      <input
        type="range"
        // The label's first control is the output.
        aria-label={label}
        min={min ?? -reach}
        max={max ?? reach}
        step={step ?? (type === "int" ? 1 : "any")}
        value={value}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="col-span-2 h-6 w-full accent-accent pointer-coarse:h-11"
      />
    </label>
  );
}

function Components({ parameter, value, onChange }: ControlProps<readonly number[]>) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="text-sm">{labelOf(parameter)}</legend>
      {["x", "y", "z", "w"].slice(0, value.length).map((axis, index) => (
        <Slider
          key={axis}
          label={axis}
          parameter={parameter}
          value={value[index] ?? 0}
          onChange={(one) => onChange(value.with(index, Number(one)))}
        />
      ))}
    </fieldset>
  );
}

function Color({ parameter, value, onChange }: ControlProps<readonly number[]>) {
  const [, , , alpha] = value;
  const label = labelOf(parameter);
  return (
    <div className="flex flex-col gap-1">
      <label className="flex items-center justify-between gap-3 text-sm">
        <span className="truncate">{label}</span>
        <input
          type="color"
          value={hexOf(value)}
          onChange={(event) => onChange([...rgbOf(event.target.value), ...value.slice(3)])}
          className="h-8 w-14 rounded-sm border border-line bg-raised p-0.5 pointer-coarse:h-11"
        />
      </label>
      {alpha !== undefined && (
        <Slider
          label={`${label}, opacity`}
          parameter={parameter}
          value={alpha}
          onChange={(one) => onChange(value.with(3, Number(one)))}
        />
      )}
    </div>
  );
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 2 : 1);
}
