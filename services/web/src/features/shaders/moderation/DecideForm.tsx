import { type FormEvent, useState } from "react";
import { Button, type Variant } from "../../../components/ui/Button";
import { Field } from "../../../components/ui/Field";
import { FormError } from "../../../components/ui/FormError";
import { toast } from "../../../components/ui/toastStore";
import { formErrorsOf } from "../../../lib/formErrors";
import { type Action, useDecide } from "./decide";
import { nameOf, type Subject } from "./subject";

const DONE: Record<Action, string> = {
  keep: "It is shown. Its author reads the reason.",
  hide: "It is hidden. Its author reads the reason.",
  suspend: "It is hidden, and its author is suspended and reads the reason.",
};

export interface Choice {
  readonly action: Action;
  readonly label: string;
  readonly variant: Variant;
  /** What its author reads where no reason was written; without it one has to be. */
  readonly unsaid?: string;
}

interface Props {
  readonly subject: Subject;
  /** Its `updated_at` as it is shown here: a `keep` publishes nothing that was changed since. */
  readonly lookedAt: string | null;
  readonly choices: readonly Choice[];
  readonly onDone?: () => void;
}

/** A reason, and a button for each thing that may be decided. */
export function DecideForm({ subject, lookedAt, choices, onDone }: Props) {
  const [reason, setReason] = useState("");
  const decide = useDecide(subject);
  const errors = formErrorsOf(decide.error, {});
  const said = reason.trim() !== "";
  const act = ({ action, unsaid = "" }: Choice) => {
    const onSuccess = () => {
      toast(DONE[action]);
      onDone?.();
    };
    decide.mutate({ action, reason: said ? reason : unsaid, updated_at: lookedAt }, { onSuccess });
  };
  const mayAct = ({ unsaid }: Choice) => !decide.isPending && (said || unsaid !== undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const [only, ...others] = choices;
    if (only !== undefined && others.length === 0 && mayAct(only)) act(only);
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <Field
        label="Reason"
        hint={`Its author reads it.${choices.some(({ unsaid }) => unsaid !== undefined) ? " Publishing needs none." : ""}`}
        error={errors.fields["reason"]}
        maxLength={300}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <FormError>{errors.rest}</FormError>
      <p className="flex flex-wrap gap-2">
        {choices.map((choice) => (
          <Button key={choice.action} variant={choice.variant} disabled={!mayAct(choice)} onClick={() => act(choice)}>
            {choice.label}
            <span className="sr-only"> {nameOf(subject)}</span>
          </Button>
        ))}
      </p>
    </form>
  );
}
