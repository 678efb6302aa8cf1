import { type ComponentProps, useId, useState } from "react";
import { INPUT } from "./Field";

interface Props extends Omit<ComponentProps<"input">, "type"> {
  readonly label: string;
  /** For password managers: a password that exists, or a new one. */
  readonly autoComplete: "current-password" | "new-password";
  readonly hint?: string;
  readonly error?: string | undefined;
}

/** A password, hidden until its button shows it. */
export function PasswordField({ label, hint, error, ...rest }: Props) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const described = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          type={shown ? "text" : "password"}
          className={`${INPUT} pr-16`}
          aria-invalid={error ? true : undefined}
          aria-describedby={described || undefined}
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          {...rest}
        />
        <button
          type="button"
          aria-controls={id}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 rounded-sm px-3 text-sm text-ink-2 hover:text-ink"
        >
          {shown ? "Hide" : "Show"}
          <span className="sr-only"> {label.toLowerCase()}</span>
        </button>
      </div>
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
