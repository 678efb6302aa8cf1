import { useState } from "react";
import { type Motion, motionPreference, setMotion } from "../../lib/motion";
import { setTheme, type Theme, theme } from "../../lib/theme";
import { Section } from "./Section";

const THEMES: Record<Theme, string> = { system: "As the system", dark: "Dark", light: "Light" };
const MOTIONS: Record<Motion, string> = {
  system: "As the system",
  still: "Still pictures; a shader runs when you start it",
  moving: "Moving pictures",
};

/** What is chosen here holds for this browser, signed in or not. */
export function AppearanceSettings() {
  return (
    <Section title="Appearance" note="For this browser.">
      <Choice name="Theme" options={THEMES} chosen={theme()} choose={setTheme} />
      <Choice name="Motion" options={MOTIONS} chosen={motionPreference()} choose={setMotion} />
    </Section>
  );
}

interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly options: Readonly<Record<T, string>>;
  readonly chosen: T;
  readonly choose: (value: T) => void;
}

function Choice<T extends string>({ name, options, chosen, choose }: ChoiceProps<T>) {
  const [value, setValue] = useState(chosen);
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-sm font-medium">{name}</legend>
      {(Object.keys(options) as T[]).map((option) => (
        <label key={option} className="flex min-h-8 items-center gap-3 pointer-coarse:min-h-11">
          <input
            type="radio"
            name={name}
            className="size-4 accent-accent"
            checked={value === option}
            onChange={() => {
              setValue(option);
              choose(option);
            }}
          />
          {options[option]}
        </label>
      ))}
    </fieldset>
  );
}
