import { LoadFailure } from "../../components/ui/LoadFailure";
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
        <LoadFailure error={error} onRetry={() => void refetch()} />
        {!error && <p role="status">Loading how you sign in…</p>}
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
