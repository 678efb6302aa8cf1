import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { AreaField, Field } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { EmailSettings } from "./EmailSettings";
import { LicenceSettings } from "./LicenceSettings";
import { useChangeAccount } from "./queries";
import { Section } from "./Section";
import type { SettingsProps } from "./settingsProps";

const BIO_LENGTH = 2000;

export function ProfileSettings({ account }: SettingsProps) {
  return (
    <>
      <Profile account={account} />
      <LicenceSettings account={account} />
      <EmailSettings account={account} />
    </>
  );
}

function Profile({ account }: SettingsProps) {
  const [name, setName] = useState(account.display_name);
  const [bio, setBio] = useState(account.bio);
  const { mutate, error, isPending } = useChangeAccount();
  const formErrors = formErrorsOf(error, {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate({ display_name: name, bio }, { onSuccess: () => toast("Your profile is saved.") });
  };
  return (
    <Section
      title="Profile"
      note={
        <>
          What everybody sees at{" "}
          <Link to={`/u/${account.handle}`} className="text-ink underline">
            /u/{account.handle}
          </Link>
          . The handle stays as it is.
        </>
      }
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Display name"
          name="name"
          autoComplete="name"
          required
          maxLength={80}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={formErrors.fields["display_name"]}
        />
        <AreaField
          label="Bio"
          name="bio"
          rows={5}
          maxLength={BIO_LENGTH}
          hint={`Plain text, at most ${BIO_LENGTH.toLocaleString("en")} characters.`}
          value={bio}
          onChange={(event) => setBio(event.target.value)}
          error={formErrors.fields["bio"]}
        />
        <FormError>{formErrors.rest}</FormError>
        <Button variant="main" type="submit" className="self-start" disabled={isPending}>
          Save profile
        </Button>
      </form>
    </Section>
  );
}
