import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../../components/ui/Button";
import { FormError } from "../../../components/ui/FormError";
import { apiErrorsOf } from "../../../lib/apiErrors";
import { NO_ERRORS } from "../../../lib/formErrors";
import { DetailFields } from "../../shaders/DetailFields";
import { EarlierVersions } from "../../shaders/EarlierVersions";
import { useEditorState, useEditorStore } from "../editorStore";
import type { Saving } from "../useSaving";
import { Thumbnail } from "./Thumbnail";
import { useKeptVersions } from "./useKeptVersions";

const NO_PICTURE = "The code does not compile yet, so there would be no picture. Solve the problems first.";
const SIGNED_OUT = "You are not signed in. Nothing is lost; sign in by the line at the top.";

/** The draft's metadata, and the button that publishes it. */
export function PublishPanel({ saving }: { readonly saving: Saving }) {
  const editor = useEditorStore();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const { player } = editor;
    const played = player?.view.status === "playing";
    box.current?.querySelector<HTMLInputElement>("input:not([type=range])")?.focus();
    return () => {
      if (played) player?.play();
    };
  }, [editor]);
  return (
    <section
      ref={box}
      aria-label="Publish"
      onKeyDown={(event) => event.key === "Escape" && editor.set({ panel: null })}
      className="inset-0 overflow-y-auto bg-raised p-4 pb-0 max-lg:fixed max-lg:z-50 lg:absolute lg:z-10 lg:p-6 lg:pb-0"
    >
      <div className="mx-auto max-w-xl">
        <PublishForm saving={saving} />
      </div>
    </section>
  );
}

function PublishForm({ saving }: { readonly saving: Saving }) {
  const editor = useEditorStore();
  const [error, setError] = useState<unknown>(null);
  const isSaving = useEditorState((state) => state.saving);
  const problems = useEditorState((state) => state.result?.errors.length ?? 0);
  const signedOut = useEditorState((state) => state.signedOut);
  const { details, origin, inheritedLicence } = useEditorState((state) => state.draft);
  const { visibility } = details;
  const kept = useKeptVersions();
  const [showsAll, setShowsAll] = useState(false);
  const inherited = origin?.licence ?? inheritedLicence;
  const shows = visibility === "public" || visibility === "unlisted";
  const formErrors = error === null ? NO_ERRORS : apiErrorsOf(error);
  const broken = problems > 0 && shows ? NO_PICTURE : null;
  const reason = formErrors.rest ?? broken ?? (signedOut ? SIGNED_OUT : null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (editor.draft.details.title.trim() === "") editor.describe({ title: "Untitled" });
    setError(await saving.publish(showsAll && kept > 0));
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4">
      <header className="flex items-center justify-between">
        <h2 className="text-lg font-medium">Publish</h2>
        <Button variant="quiet" onClick={() => editor.set({ panel: null })}>
          Back to the picture
        </Button>
      </header>
      <Thumbnail />
      <DetailFields
        details={details}
        inheritedLicence={inherited}
        licenceHint={inherited !== null && `The shader that this is a fork of is under ${inherited}.`}
        errors={formErrors.fields}
        onChange={(change) => editor.describe(change)}
      />
      <EarlierVersions count={kept} checked={showsAll} onChange={setShowsAll} />
      <FormError>{reason}</FormError>
      <div className="sticky bottom-0 flex flex-col bg-raised py-3">
        <Button variant="main" type="submit" disabled={isSaving || broken !== null}>
          {isSaving ? "Sending…" : shows ? "Publish" : "Save"}
        </Button>
      </div>
    </form>
  );
}
