import type { FormEvent } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { AreaField, Field, SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { apiErrorsOf } from "../../lib/apiErrors";
import { NO_ERRORS } from "../../lib/formErrors";
import { AI_LABELS, optionsOf, VISIBILITIES } from "../../lib/labels";
import { allowedUnder, type Licence, licenceFullName } from "../../lib/licences";
import { tagsIn } from "../../lib/tags";
import { type Shader, useChange } from "./queries";

/** Changes a shader's metadata. */
export function DetailsDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const change = useChange(shader.id);
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const onSuccess = () => {
      toast("Saved");
      onClose();
    };
    change.mutate(changesOf(new FormData(event.currentTarget), shader), { onSuccess });
  };
  const { fields, rest } = change.error === null ? NO_ERRORS : apiErrorsOf(change.error);
  return (
    <Dialog title="Change details" onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-4">
        <Fields shader={shader} wrong={fields} />
        <FormError>{rest}</FormError>
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="main" type="submit" disabled={change.isPending}>
            Save details
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

function Fields({ shader, wrong }: { readonly shader: Shader; readonly wrong: Readonly<Record<string, string>> }) {
  const given = (name: "title" | "description" | "licence" | "ai_label" | "visibility") => ({
    name,
    defaultValue: shader[name],
    error: wrong[name],
  });
  const licences = allowedUnder(shader.inherited_licence).map((id) => [id, licenceFullName(id)] as const);
  const tags = { name: "tags", defaultValue: shader.tags.join(", "), error: wrong["tags"] };
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
        defaultValue={shader.still_time ?? ""}
        hint="A new one is drawn when this changes"
        error={wrong["still_time"]}
      />
    </>
  );
}

/** Only what differs is sent: a new second of the still would draw it again. */
function changesOf(form: FormData, shader: Shader): Schemas["ShaderUpdate"] {
  const text = (name: string) => String(form.get(name) ?? "");
  const time = text("still_time") === "" ? null : Number(text("still_time"));
  return {
    title: text("title"),
    description: text("description"),
    tags: tagsIn(text("tags")),
    licence: text("licence") as Licence,
    ai_label: text("ai_label") as Schemas["AiLabel"],
    visibility: text("visibility") as Schemas["Visibility"],
    ...(time !== shader.still_time && { still_time: time }),
  };
}
