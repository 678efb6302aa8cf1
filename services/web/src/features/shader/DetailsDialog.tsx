import { type FormEvent, useId } from "react";
import type { Schemas } from "../../api/client";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { Field, INPUT } from "../../components/Field";
import { say } from "../../components/toasts";
import { licenceFullName } from "../../lib/licences";
import { AI_LABELS, LICENCES } from "../../lib/words";
import { useChange, type Work } from "./queries";

const VISIBILITIES: Record<Schemas["Visibility"], string> = {
  public: "Public: everybody finds it",
  unlisted: "Unlisted: who has the link sees it",
  private: "Private: only you see it",
  draft: "Draft: only you see it",
};

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
  return (
    <Dialog title="Change details" onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-4">
        <Field label="Title" name="title" defaultValue={work.title} required maxLength={120} />
        <Description value={work.description} />
        <Field label="Tags" name="tags" defaultValue={work.tags.join(", ")} hint="Up to 8, with commas between them" />
        <Select
          label="Licence"
          name="licence"
          value={work.licence}
          options={LICENCES.map((one) => [one, licenceFullName(one)])}
        />
        <Select label="Made by" name="ai_label" value={work.ai_label} options={Object.entries(AI_LABELS)} />
        <Select label="Who sees it" name="visibility" value={work.visibility} options={Object.entries(VISIBILITIES)} />
        <Field
          label="Second of the still picture"
          name="still_time"
          type="number"
          min={0}
          max={3600}
          step="any"
          defaultValue={work.still_time ?? ""}
          hint="A new one is drawn when this changes"
        />
        {change.error !== null && <Refusal error={change.error} />}
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

/** Only what differs is sent: a new second of the still would draw it again. */
function changesOf(form: FormData, work: Work): Schemas["ShaderUpdate"] {
  const text = (name: string) => String(form.get(name) ?? "");
  const tags = text("tags")
    .split(/[,\s]+/)
    .filter(Boolean);
  const time = text("still_time") === "" ? null : Number(text("still_time"));
  return {
    title: text("title"),
    description: text("description"),
    tags,
    licence: text("licence") as NonNullable<Schemas["ShaderUpdate"]["licence"]>,
    ai_label: text("ai_label") as Schemas["AiLabel"],
    visibility: text("visibility") as Schemas["Visibility"],
    ...(time !== work.still_time && time !== null && { still_time: time }),
  };
}

function Refusal({ error }: { readonly error: Error }) {
  const allowed = error instanceof ApiError ? error.problem["allowed"] : undefined;
  return (
    <p role="alert" className="text-sm text-bad">
      {error.message}
      {Array.isArray(allowed) && `. Allowed are: ${allowed.map((one) => licenceFullName(String(one))).join(", ")}`}
    </p>
  );
}

function Description({ value }: { readonly value: string }) {
  return (
    <label className="flex flex-col gap-1 text-sm font-medium">
      Description
      <textarea
        name="description"
        defaultValue={value}
        rows={4}
        maxLength={10_000}
        className="rounded-sm border border-line bg-raised p-2 text-base font-normal"
      />
    </label>
  );
}

interface SelectProps {
  readonly label: string;
  readonly name: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}

function Select({ label, name, value, options }: SelectProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <select id={id} name={name} defaultValue={value} className={INPUT}>
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}
