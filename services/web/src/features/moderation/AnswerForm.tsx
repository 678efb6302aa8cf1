import type { UseMutationResult } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { AreaField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { useFormErrors } from "../../lib/useFormErrors";

interface Props {
  readonly title: string | null;
  readonly answer: UseMutationResult<unknown, Error, string>;
}

/** The one answer that an author has to a decision. */
export function AnswerForm({ title, answer }: Props) {
  const [text, setText] = useState("");
  const { fields, rest, mustWait } = useFormErrors(answer.error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    answer.mutate(text, { onSuccess: () => toast("A moderator will look at it again.") });
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-3">
      <AreaField
        label={`Your answer about "${title ?? ""}"`}
        hint="You can answer once. A moderator then looks at it again."
        error={fields["text"]}
        rows={3}
        maxLength={2000}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <FormError>{rest}</FormError>
      <Button type="submit" className="self-start" disabled={text.trim() === "" || answer.isPending || mustWait}>
        Send answer
      </Button>
    </form>
  );
}
