import { useState } from "react";
import { RadioGroup } from "../../components/ui/Select";
import { type Flashing, flashingPreference, setFlashing } from "../../lib/flashes";
import { optionsOf } from "../../lib/labels";
import { type Motion, motionPreference, setMotion } from "../../lib/motion";
import { setTheme, THEMES, theme } from "../../lib/theme";
import { Section } from "./Section";

const MOTIONS: Record<Motion, string> = {
  system: "As the system",
  still: "Still pictures; a shader runs when you start it",
  moving: "Moving pictures",
};

const FLASHING: Record<Flashing, string> = {
  system: "Show the still until you ask for more",
  play: "Play them like others",
};

/** Preferences of this browser, signed in or not. */
export function AppearanceSettings() {
  const [chosenTheme, showTheme] = useState(theme);
  const [motion, showMotion] = useState(motionPreference);
  const [flashing, showFlashing] = useState(flashingPreference);
  return (
    <Section title="Appearance" note="For this browser.">
      <RadioGroup
        legend="Theme"
        name="theme"
        value={chosenTheme}
        options={optionsOf(THEMES)}
        onChange={(value) => {
          setTheme(value);
          showTheme(value);
        }}
      />
      <RadioGroup
        legend="Motion"
        name="motion"
        value={motion}
        options={optionsOf(MOTIONS)}
        onChange={(value) => {
          setMotion(value);
          showMotion(value);
        }}
      />
      <RadioGroup
        legend="Works that flash"
        name="flashes"
        value={flashing}
        options={optionsOf(FLASHING)}
        onChange={(value) => {
          setFlashing(value);
          showFlashing(value);
        }}
      />
    </Section>
  );
}
