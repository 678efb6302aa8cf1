import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { apiErrorsOf } from "../../lib/apiErrors";
import type { Details } from "../../lib/drafts/draft";
import { NO_ERRORS } from "../../lib/formErrors";
import { DetailFields } from "../shaders/DetailFields";
import { detailsBody, detailsOf } from "../shaders/details";
import { countKept, EarlierVersions } from "../shaders/EarlierVersions";
import { type Shader, useChange } from "./queries";

/** Changes the details of a published shader. */
export function DetailsDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const [details, setDetails] = useState(() => detailsOf(shader));
  const [showsAll, setShowsAll] = useState(false);
  const change = useChange(shader.id);
  const kept = countKept(shader, details.visibility);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const onSuccess = () => {
      toast("Saved");
      onClose();
    };
    const all = showsAll && kept > 0 && { public_from: 1 };
    change.mutate({ ...changesOf(details, shader), ...all }, { onSuccess });
  };
  const { fields, rest } = change.error === null ? NO_ERRORS : apiErrorsOf(change.error);
  return (
    <Dialog title="Change details" onClose={onClose}>
      <form onSubmit={save} className="flex flex-col gap-4">
        <DetailFields
          details={details}
          inheritedLicence={shader.inherited_licence}
          errors={fields}
          onChange={(changed) => setDetails({ ...details, ...changed })}
        />
        <EarlierVersions count={kept} checked={showsAll} onChange={setShowsAll} />
        <Field
          label="Second of the still picture"
          type="number"
          min={0}
          max={3600}
          step="any"
          defaultValue={details.stillTime ?? ""}
          hint="A new one is drawn when this changes; without a second the site chooses one"
          error={fields["still_time"]}
          onChange={({ target }) => setDetails({ ...details, stillTime: secondOf(target.value) })}
        />
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

function secondOf(text: string): number | null {
  return text === "" ? null : Number(text);
}

/** The second of the still is sent only where it differs, because a new one draws it again; null clears it. */
function changesOf(details: Details, shader: Shader): Schemas["ShaderUpdate"] {
  const { visibility, stillTime } = details;
  return {
    ...detailsBody(details),
    visibility,
    ...(stillTime !== shader.still_time && { still_time: stillTime }),
  };
}
