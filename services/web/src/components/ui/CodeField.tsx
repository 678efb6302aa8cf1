import { useEffect, useRef } from "react";
import { INPUT, Labelled } from "./Labelled";

interface Props {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
  /** Whether a recovery code will do as well. */
  readonly recovery?: boolean;
}

/** Six digits of a code app. It is focused: whoever sees it has the app in the hand. */
export function CodeField({ value, onChange, error, recovery = false }: Props) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const hint = recovery ? "Six digits of your app. Without it, one of your recovery codes." : "Six digits.";
  return (
    <Labelled label="Code" hint={hint} error={error}>
      {(naming) => (
        <input
          {...naming}
          ref={input}
          className={`${INPUT} font-mono`}
          name="code"
          autoComplete="one-time-code"
          inputMode={recovery ? "text" : "numeric"}
          autoCapitalize="off"
          spellCheck={false}
          required
          minLength={6}
          maxLength={40}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Labelled>
  );
}
