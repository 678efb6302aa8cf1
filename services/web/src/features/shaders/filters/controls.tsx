import { type FormEvent, useId } from "react";

const CONTROL =
  "h-8 rounded-sm border border-line bg-raised px-2 text-sm text-ink hover:border-ink-2 pointer-coarse:h-11";
const PLACE = "max-md:w-[calc(50%-0.25rem)]";

interface ChoiceProps<Value extends string> {
  readonly label: string;
  /** The words for no choice; without them one of the options always holds. */
  readonly any?: string;
  readonly value: Value | "";
  readonly options: Readonly<Partial<Record<Value, string>>>;
  readonly onChoose: (value: Value | "") => void;
}

/** One of a few. */
export function Choice<Value extends string>({ label, any, value, options, onChoose }: ChoiceProps<Value>) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChoose(target.value as Value | "")}
      className={`${CONTROL} ${PLACE} max-w-44 max-md:max-w-none ${value === "" ? "text-ink-2" : ""}`}
    >
      {any !== undefined && <option value="">{any}</option>}
      {Object.entries<string | undefined>(options).map(([option, label]) => (
        <option key={option} value={option}>
          {label}
        </option>
      ))}
    </select>
  );
}

interface AddProps {
  readonly label: string;
  readonly onAdd: (text: string) => void;
}

/** Words that become a filter with Enter. */
export function AddFilter({ label, onAdd }: AddProps) {
  const id = useId();
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const field = event.currentTarget.elements.namedItem("text");
    if (!(field instanceof HTMLInputElement) || field.value.trim() === "") return;
    onAdd(field.value);
    field.value = "";
  };
  return (
    <form onSubmit={add} className={PLACE}>
      <label htmlFor={id} className="sr-only">
        {label}, add with Enter
      </label>
      <input
        id={id}
        name="text"
        placeholder={label}
        autoComplete="off"
        maxLength={60}
        className={`${CONTROL} w-full md:w-28`}
      />
    </form>
  );
}
