import { useEffect, useId, useRef } from "react";
import { Button } from "../../components/ui/Button";
import { INPUT } from "../../components/ui/Labelled";
import { toast } from "../../components/ui/toastStore";

export interface ShownKey {
  readonly name: string;
  /** Null when the response with the value was lost. */
  readonly value: string | null;
}

interface Props {
  readonly made: ShownKey;
  readonly onDone: () => void;
}

/** The value of a new key, which is shown once; it stays until the owner confirms that it is stored. */
export function NewKey({ made, onDone }: Props) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.scrollIntoView({ block: "center" });
  }, []);
  const copy = () => {
    field.current?.select();
    navigator.clipboard.writeText(made.value ?? "").then(
      () => toast("The key is copied."),
      () => toast("The browser does not let this page copy. The key is selected: copy it by hand.", "bad"),
    );
  };
  if (made.value === null) {
    return (
      <div className="flex flex-col items-start gap-3">
        <p>
          The key {made.name} was made, but its value did not arrive and cannot be shown again. Rotate or revoke it.
        </p>
        <Button onClick={onDone}>Go on</Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <label htmlFor={id} className="text-sm font-medium">
        The key {made.name}
      </label>
      <input
        ref={field}
        id={id}
        readOnly
        value={made.value}
        spellCheck={false}
        autoComplete="off"
        onFocus={(event) => event.target.select()}
        aria-describedby={`${id}-hint`}
        className={`${INPUT} font-mono text-sm`}
      />
      <p id={`${id}-hint`} className="text-sm">
        Store it now: it is shown this once and kept nowhere.
      </p>
      <div className="flex gap-2">
        <Button variant="main" onClick={copy}>
          Copy key
        </Button>
        <Button onClick={onDone}>I have stored it</Button>
      </div>
    </div>
  );
}
