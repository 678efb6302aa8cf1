import { type FormEvent, useId } from "react";

const CONTROL =
  "h-8 rounded-sm border border-line bg-raised px-2 text-sm text-ink hover:border-ink-2 pointer-coarse:h-11";
const PLACE = "max-md:w-[calc(50%-0.25rem)]";

interface Props {
  readonly label: string;
  readonly onAdd: (text: string) => void;
}

/** An input whose text becomes a filter with Enter. */
export function AddFilter({ label, onAdd }: Props) {
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
