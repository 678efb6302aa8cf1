import { type FormEvent, useState } from "react";
import { Button, type Variant } from "../../../components/ui/Button";
import { Field } from "../../../components/ui/Field";
import { FormError } from "../../../components/ui/FormError";
import { toast } from "../../../components/ui/toastStore";
import { formErrorsOf } from "../../../lib/formErrors";
import { type Action, useDecide } from "./decide";

const DONE: Record<Action, string> = {
  keep: "It is shown. Its author reads the reason.",
  hide: "It is hidden. Its author reads the reason.",
  suspend: "It is hidden, and its author is suspended and reads the reason.",
};

export interface Choice {
  readonly action: Action;
  readonly label: string;
  readonly variant: Variant;
}

interface Props {
  readonly id: string;
  readonly title: string;
  /** The shader's `updated_at` as it is shown here: a `keep` publishes nothing that was changed since. */
  readonly lookedAt: string | null;
  readonly choices: readonly Choice[];
  readonly onDone?: () => void;
}

/** A reason, and a button for each thing that may be decided. */
export function DecideForm({ id, title, lookedAt, choices, onDone }: Props) {
  const [reason, setReason] = useState("");
  const decide = useDecide(id);
  const errors = formErrorsOf(decide.error, {});
  const act = (action: Action) => {
    const onSuccess = () => {
      toast(DONE[action]);
      onDone?.();
    };
    decide.mutate({ action, reason, updated_at: lookedAt }, { onSuccess });
  };
  const first = choices[0]?.action;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (choices.length === 1 && first !== undefined) act(first);
  };
  const ready = reason.trim() !== "" && !decide.isPending;
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="Reason"
        hint="Its author reads it."
        error={errors.fields["reason"]}
        maxLength={300}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <FormError>{errors.rest}</FormError>
      <p className="flex flex-wrap gap-2">
        {choices.map(({ action, label, variant }) => (
          <Button key={action} variant={variant} disabled={!ready} onClick={() => act(action)}>
            {label}
            <span className="sr-only"> {title}</span>
          </Button>
        ))}
      </p>
    </form>
  );
}
