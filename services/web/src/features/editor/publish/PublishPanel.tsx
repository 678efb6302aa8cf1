import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/Button";
import { AreaField, Field, SelectField } from "../../../components/Field";
import { FormError } from "../../../components/FormError";
import { allowedUnder, licenceFullName } from "../../../lib/licences";
import { NONE } from "../../../lib/mistakes";
import { refusalsOf } from "../../../lib/refusals";
import { tagsIn } from "../../../lib/tags";
import { AI_LABELS, optionsOf, VISIBILITIES } from "../../../lib/words";
import { useDesk, useDeskState } from "../desk";
import type { Saving } from "../useSaving";
import { Thumbnail } from "./Thumbnail";

const NO_PICTURE = "The code does not compile yet, so there would be no picture. Solve the problems first.";
const SIGNED_OUT = "You are not signed in. Nothing is lost; sign in by the line at the top.";

/** What is said about the work, and the button that shows it to others. */
export function PublishPanel({ saving }: { readonly saving: Saving }) {
  const desk = useDesk();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const { player } = desk;
    const played = player?.view.status === "playing";
    box.current?.querySelector<HTMLInputElement>("input:not([type=range])")?.focus();
    return () => {
      if (played) player?.play();
    };
  }, [desk]);
  return (
    <section
      ref={box}
      aria-label="Publish"
      onKeyDown={(event) => event.key === "Escape" && desk.set({ panel: null })}
      className="inset-0 overflow-y-auto bg-raised p-4 pb-0 max-lg:fixed max-lg:z-50 lg:absolute lg:z-10 lg:p-6 lg:pb-0"
    >
      <div className="mx-auto max-w-xl">
        <PublishForm saving={saving} />
      </div>
    </section>
  );
}

function PublishForm({ saving }: { readonly saving: Saving }) {
  const desk = useDesk();
  const [error, setError] = useState<unknown>(null);
  const isSaving = useDeskState((state) => state.saving);
  const problems = useDeskState((state) => state.result?.errors.length ?? 0);
  const signedOut = useDeskState((state) => state.signedOut);
  const { visibility } = useDeskState((state) => state.draft.details);
  const shows = visibility === "public" || visibility === "unlisted";
  const mistakes = error === null ? NONE : refusalsOf(error);
  const broken = problems > 0 && shows ? NO_PICTURE : null;
  const reason = mistakes.rest ?? broken ?? (signedOut ? SIGNED_OUT : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (desk.draft.details.title.trim() === "") desk.describe({ title: "Untitled" });
    setError(await saving.publish());
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <header className="flex items-center justify-between">
        <h2 className="text-lg font-medium">Publish</h2>
        <Button kind="quiet" onClick={() => desk.set({ panel: null })}>
          Back to the picture
        </Button>
      </header>
      <Thumbnail />
      <DetailFields fields={mistakes.fields} />
      <FormError>{reason}</FormError>
      <div className="sticky bottom-0 flex flex-col bg-raised py-3">
        <Button kind="main" type="submit" disabled={isSaving || broken !== null}>
          {isSaving ? "Sending…" : shows ? "Publish" : "Save"}
        </Button>
      </div>
    </form>
  );
}

type Fields = Readonly<Record<string, string>>;

function DetailFields({ fields }: { readonly fields: Fields }) {
  const desk = useDesk();
  const { title, description, tags } = useDeskState((state) => state.draft.details);
  const [written, setWritten] = useState(tags.join(", "));
  return (
    <>
      <Field
        label="Title"
        maxLength={120}
        value={title}
        error={fields["title"]}
        onChange={(event) => desk.describe({ title: event.target.value })}
      />
      <AreaField
        label="Description"
        rows={3}
        maxLength={10_000}
        value={description}
        error={fields["description"]}
        onChange={(event) => desk.describe({ description: event.target.value })}
      />
      <Field
        label="Tags"
        hint="Up to 8, with commas between them"
        value={written}
        error={fields["tags"]}
        onChange={(event) => {
          setWritten(event.target.value);
          desk.describe({ tags: tagsIn(event.target.value) });
        }}
      />
      <TermFields fields={fields} />
    </>
  );
}

function TermFields({ fields }: { readonly fields: Fields }) {
  const desk = useDesk();
  const { details, origin, inheritedLicence } = useDeskState((state) => state.draft);
  const binding = origin?.licence ?? inheritedLicence;
  return (
    <>
      <SelectField
        label="Licence"
        value={details.licence}
        options={allowedUnder(binding).map((id) => [id, licenceFullName(id)])}
        error={fields["licence"]}
        onChoose={(licence) => desk.describe({ licence })}
        {...(binding !== null && { hint: `The work that this is a fork of is under ${binding}.` })}
      />
      <SelectField
        label="How it was made"
        value={details.aiLabel}
        options={optionsOf(AI_LABELS)}
        error={fields["ai_label"]}
        onChoose={(aiLabel) => desk.describe({ aiLabel })}
      />
      <SelectField
        label="Who sees it"
        value={details.visibility}
        options={optionsOf(VISIBILITIES)}
        error={fields["visibility"]}
        onChoose={(visibility) => desk.describe({ visibility })}
      />
    </>
  );
}
