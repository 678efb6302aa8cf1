import type { FormEvent } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { AreaField, Field, SelectField } from "../../components/Field";
import { FormError } from "../../components/FormError";
import { say } from "../../components/toasts";
import { allowedUnder, type Licence, licenceFullName } from "../../lib/licences";
import { NONE } from "../../lib/mistakes";
import { refusalsOf } from "../../lib/refusals";
import { tagsIn } from "../../lib/tags";
import { AI_LABELS, optionsOf, VISIBILITIES } from "../../lib/words";
import { useChange, type Work } from "./queries";

/** What is said about a work: title, description, tags, licence, AI label, visibility, the second of its still. */
export function DetailsDialog({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const change = useChange(work.id);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const onSuccess = () => {
      say("Saved");
      onClose();
    };
    change.mutate(changesOf(new FormData(event.currentTarget), work), { onSuccess });
  };
  const { fields, rest } = change.error === null ? NONE : refusalsOf(change.error);
  return (
    <Dialog title="Change details" onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-4">
        <Fields work={work} wrong={fields} />
        <FormError>{rest}</FormError>
        <p className="flex justify-end gap-2">
          <Button kind="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button kind="main" type="submit" disabled={change.isPending}>
            Save details
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

function Fields({ work, wrong }: { readonly work: Work; readonly wrong: Readonly<Record<string, string>> }) {
  const given = (name: "title" | "description" | "licence" | "ai_label" | "visibility") => ({
    name,
    defaultValue: work[name],
    error: wrong[name],
  });
  const licences = allowedUnder(work.inherited_licence).map((id) => [id, licenceFullName(id)] as const);
  const tags = { name: "tags", defaultValue: work.tags.join(", "), error: wrong["tags"] };
  return (
    <>
      <Field label="Title" required maxLength={120} {...given("title")} />
      <AreaField label="Description" rows={4} maxLength={10_000} {...given("description")} />
      <Field label="Tags" hint="Up to 8, with commas between them" {...tags} />
      <SelectField label="Licence" options={licences} {...given("licence")} />
      <SelectField label="How it was made" options={optionsOf(AI_LABELS)} {...given("ai_label")} />
      <SelectField label="Who sees it" options={optionsOf(VISIBILITIES)} {...given("visibility")} />
      <Field
        label="Second of the still picture"
        name="still_time"
        type="number"
        min={0}
        max={3600}
        step="any"
        defaultValue={work.still_time ?? ""}
        hint="A new one is drawn when this changes"
        error={wrong["still_time"]}
      />
    </>
  );
}

/** Only what differs is sent: a new second of the still would draw it again. */
function changesOf(form: FormData, work: Work): Schemas["ShaderUpdate"] {
  const text = (name: string) => String(form.get(name) ?? "");
  const time = text("still_time") === "" ? null : Number(text("still_time"));
  return {
    title: text("title"),
    description: text("description"),
    tags: tagsIn(text("tags")),
    licence: text("licence") as Licence,
    ai_label: text("ai_label") as Schemas["AiLabel"],
    visibility: text("visibility") as Schemas["Visibility"],
    ...(time !== work.still_time && { still_time: time }),
  };
}
