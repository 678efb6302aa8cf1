import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "../../components/ui/Button";
import { AreaField, Field, SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { SignedIn } from "../../components/ui/SignedIn";
import { optionsOf } from "../../lib/labels";
import { LICENCE_LABELS, type Licence } from "../../lib/licences";
import { useTitle } from "../../lib/title";
import { useFormErrors } from "../../lib/useFormErrors";
import { bodyOf, EMPTY, errorFields, type Form, inWords, LEAST, LONGEST } from "./form";
import { type Like, usePost } from "./queries";
import { Suggestions } from "./Suggestions";

/** Says what one would love to see. */
export function NewDesirePage() {
  useTitle("Make a wish");
  return <SignedIn>{() => <NewDesire />}</SignedIn>;
}

function NewDesire() {
  const [form, setForm] = useState<Form>(EMPTY);
  const post = usePost();
  const navigate = useNavigate();
  const { fields, rest, mustWait } = useFormErrors(post.error, errorFields(form));
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const send = (joined: Like | null) =>
    post.mutate(bodyOf(form, joined?.cluster ?? null), {
      onSuccess: ({ id }) => navigate(`/desires/${id}`, { replace: true }),
    });
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    send(null);
  };
  const tooShort = form.prompt.trim().length < LEAST;
  return (
    <div className="mx-auto grid max-w-5xl gap-x-10 gap-y-6 px-4 py-8 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <h1 className="text-xl font-medium">What would you love to see?</h1>
        <AreaField
          label="Your wish"
          hint="A picture in words: what is there, how it moves, its colours and mood."
          error={fields["prompt"]}
          rows={5}
          maxLength={LONGEST}
          value={form.prompt}
          onChange={({ target }) => change({ prompt: target.value })}
        />
        <More form={form} fields={inWords(fields)} onChange={change} />
        <FormError>{rest}</FormError>
        <Button variant="main" type="submit" className="self-start" disabled={tooShort || post.isPending || mustWait}>
          Make this wish
        </Button>
      </form>
      <Suggestions
        prompt={form.prompt}
        different={form.different}
        difference={form.difference}
        busy={post.isPending || tooShort}
        onJoin={send}
        onDifferent={(different) => change({ different })}
        onDifference={(difference) => change({ difference })}
      />
    </div>
  );
}

interface MoreProps {
  readonly form: Form;
  readonly fields: Readonly<Record<string, string>>;
  readonly onChange: (part: Partial<Form>) => void;
}

const ASIDE = ["style_hints", "references", "licence", "deadline"];

/** What a wish may have beside its words; it opens where one of that was refused. */
function More({ form, fields, onChange }: MoreProps) {
  const [open, setOpen] = useState(false);
  const refused = ASIDE.some((name) => fields[name] !== undefined);
  return (
    <details open={open || refused} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="cursor-pointer text-sm text-ink-2 hover:text-ink">
        Style, references, licence, deadline
      </summary>
      <div className="flex flex-col gap-4 pt-4">
        <Field
          label="Style"
          hint="A few tags, with commas between them"
          error={fields["style_hints"]}
          value={form.style}
          onChange={({ target }) => onChange({ style: target.value })}
        />
        <Field
          label="References"
          hint="Up to four links to shaders of this site, with spaces between them"
          error={fields["references"]}
          value={form.references}
          onChange={({ target }) => onChange({ references: target.value })}
        />
        <SelectField<Licence | "">
          label="Licence that it should have"
          error={fields["licence"]}
          value={form.licence}
          options={[["", "Any"], ...optionsOf(LICENCE_LABELS)]}
          onChoose={(licence) => onChange({ licence })}
        />
        <Field
          label="Deadline"
          type="date"
          error={fields["deadline"]}
          value={form.deadline}
          onChange={({ target }) => onChange({ deadline: target.value })}
        />
      </div>
    </details>
  );
}
