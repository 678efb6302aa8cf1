import { type ComponentProps, useState } from "react";
import { INPUT, Labelled, type Labels } from "./Labelled";

interface Props extends Labels, Omit<ComponentProps<"input">, "type"> {
  /** For password managers: a password that exists, or a new one. */
  readonly autoComplete: "current-password" | "new-password";
}

/** A password, hidden until its button shows it. */
export function PasswordField({ label, hint, error, ...rest }: Props) {
  const [shown, setShown] = useState(false);
  return (
    <Labelled label={label} hint={hint} error={error}>
      {(naming) => (
        <div className="relative">
          <input
            {...naming}
            type={shown ? "text" : "password"}
            className={`${INPUT} pr-16`}
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
            {...rest}
          />
          <button
            type="button"
            aria-controls={naming.id}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0 right-0 rounded-sm px-3 text-sm text-ink-2 hover:text-ink"
          >
            {shown ? "Hide" : "Show"}
            <span className="sr-only"> {label.toLowerCase()}</span>
          </button>
        </div>
      )}
    </Labelled>
  );
}
