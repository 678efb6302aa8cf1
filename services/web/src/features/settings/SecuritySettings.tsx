import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import { CodeSettings } from "./CodeSettings";
import { PasskeySettings } from "./PasskeySettings";
import { Section } from "./Section";
import { useSecurity } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

export function SecuritySettings({ account }: SettingsProps) {
  const { data, error, refetch } = useSecurity();
  if (data === undefined) {
    return (
      <Section title="Security">
        {error ? (
          <>
            <FormError>{formErrorsOf(error, {}).rest}</FormError>
            <Button className="self-start" onClick={() => void refetch()}>
              Try again
            </Button>
          </>
        ) : (
          <p role="status">Loading how you sign in…</p>
        )}
      </Section>
    );
  }
  return (
    <>
      <PasskeySettings passkeys={data.passkeys} />
      <CodeSettings account={account} security={data} />
    </>
  );
}
