import { type FormEvent, useState } from "react";
import { Button } from "../../components/ui/Button";
import { SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { LICENCES, type Licence, licenceFullName } from "../../lib/licences";
import { useChangeAccount } from "./queries";
import { Section } from "./Section";
import type { SettingsProps } from "./settingsProps";

const NOT_CHOSEN = ["", "Not chosen yet"] as const;
const LICENCE_OPTIONS = LICENCES.map((id) => [id, licenceFullName(id)] as const);

/** The licence of new shaders for which none is named. */
export function LicenceSettings({ account }: SettingsProps) {
  const [licence, setLicence] = useState<Licence | "">((account.default_licence ?? "") as Licence | "");
  const { mutate, error, isPending } = useChangeAccount();
  const formErrors = formErrorsOf(error, { unknown_licence: "default_licence" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (licence === "") return;
    mutate({ default_licence: licence }, { onSuccess: () => toast("The licence of your new shaders is saved.") });
  };
  return (
    <Section
      title="New shaders"
      note="The form for publishing begins with this licence, and programs and agents that name none get it. Each shader can have another."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <SelectField
          label="Licence"
          value={licence}
          options={licence === "" ? [NOT_CHOSEN, ...LICENCE_OPTIONS] : LICENCE_OPTIONS}
          hint={licence === "" && "The form suggests CC BY 4.0, and programs that name none reserve all rights."}
          error={formErrors.fields["default_licence"]}
          onChoose={setLicence}
        />
        <FormError>{formErrors.rest}</FormError>
        <Button
          type="submit"
          className="self-start"
          disabled={isPending || licence === (account.default_licence ?? "")}
        >
          Save licence
        </Button>
      </form>
    </Section>
  );
}
