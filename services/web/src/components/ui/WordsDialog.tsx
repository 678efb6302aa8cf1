import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useFormErrors } from "../../lib/useFormErrors";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { AreaField } from "./Field";
import { FormError } from "./FormError";
import { toast } from "./toastStore";

interface Props {
  readonly title: string;
  readonly label: string;
  readonly hint: string;
  /** The field of the API's request, of which an error may speak. */
  readonly field: string;
  readonly action: string;
  readonly done: string;
  readonly change: UseMutationResult<unknown, Error, string>;
  readonly onClose: () => void;
}

const LONGEST = 1000;

/** Asks for some words, and does something with them. */
export function WordsDialog({ title, label, hint, field, action, done, change, onClose }: Props) {
  const [words, setWords] = useState("");
  const { fields, rest, mustWait } = useFormErrors(change.error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      toast(done);
      onClose();
    };
    change.mutate(words, { onSuccess });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={send} className="flex flex-col gap-4">
        <AreaField
          label={label}
          hint={hint}
          error={fields[field]}
          rows={4}
          maxLength={LONGEST}
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
        <FormError>{rest}</FormError>
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="main" type="submit" disabled={words.trim() === "" || change.isPending || mustWait}>
            {action}
          </Button>
        </p>
      </form>
    </Dialog>
  );
}
