import { type ReactNode, useState } from "react";
import { AreaField, Field, SelectField } from "../../components/ui/Field";
import type { Details } from "../../lib/drafts/draft";
import { optionsOf } from "../../lib/labels";
import { allowedUnder, licenceFullName } from "../../lib/licences";
import { choicesWith } from "../../lib/shaderChoices";
import { tagsIn } from "../../lib/tags";

const CHOICES = choicesWith("field");

interface Props {
  readonly details: Details;
  /** The licence of others that binds the shader; null where it may carry any. */
  readonly inheritedLicence: string | null;
  readonly licenceHint?: ReactNode;
  /** Messages by the API's names of the fields. */
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (change: Partial<Details>) => void;
}

/** The fields of a shader's details, for every form that has them. */
export function DetailFields({ details, inheritedLicence, licenceHint, errors, onChange }: Props) {
  const licences = allowedUnder(inheritedLicence).map((id) => [id, licenceFullName(id)] as const);
  return (
    <>
      <Texts details={details} errors={errors} onChange={onChange} />
      <SelectField
        label="Licence"
        value={details.licence}
        options={licences}
        hint={licenceHint}
        error={errors["licence"]}
        onChoose={(licence) => onChange({ licence })}
      />
      {CHOICES.map(([name, { field, labels }]) => (
        <SelectField
          key={name}
          label={field.label}
          value={details[name]}
          options={optionsOf(labels)}
          error={errors[name]}
          onChoose={(value) => onChange({ [name]: value })}
        />
      ))}
    </>
  );
}

function Texts({ details, errors, onChange }: Pick<Props, "details" | "errors" | "onChange">) {
  const { title, description, tags } = details;
  const [typed, setTyped] = useState(tags.join(", "));
  return (
    <>
      <Field
        label="Title"
        maxLength={120}
        value={title}
        error={errors["title"]}
        onChange={({ target }) => onChange({ title: target.value })}
      />
      <AreaField
        label="Description"
        rows={4}
        maxLength={10_000}
        value={description}
        error={errors["description"]}
        onChange={({ target }) => onChange({ description: target.value })}
      />
      <Field
        label="Tags"
        hint="Up to 8, with commas between them"
        value={typed}
        error={errors["tags"]}
        onChange={({ target }) => {
          setTyped(target.value);
          onChange({ tags: tagsIn(target.value) });
        }}
      />
    </>
  );
}
