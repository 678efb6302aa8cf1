import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { download as downloadFile } from "../../lib/download";
import { useFormErrors } from "../../lib/useFormErrors";
import { useExport } from "./queries";
import { Section } from "./Section";
import type { SettingsProps } from "./settingsProps";

export function ExportSettings({ account }: SettingsProps) {
  const { mutate, error, isPending } = useExport();
  const { rest, mustWait } = useFormErrors(error);
  const download = () =>
    mutate(undefined, {
      onSuccess: (content) => {
        downloadFile(content, `${account.handle}.json`);
        toast("Your export is downloaded.");
      },
    });
  return (
    <Section
      title="Export"
      note="Everything that is kept about you, in one JSON file: profile, sessions, keys and their uses, shaders with all versions and sources, votes, what you watched, reports."
    >
      <FormError>{rest}</FormError>
      <Button variant="main" className="self-start" onClick={download} disabled={isPending || mustWait}>
        {isPending ? "Gathering everything…" : "Download everything"}
      </Button>
    </Section>
  );
}
