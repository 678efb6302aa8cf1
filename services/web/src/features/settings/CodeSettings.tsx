import { useState } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import { FormError } from "../../components/ui/FormError";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { CodeSetup } from "./CodeSetup";
import { RecoveryCodes } from "./RecoveryCodes";
import { Section } from "./Section";
import { useBeginCodes, useNewRecoveryCodes, useTurnOffCodes } from "./securityQueries";
import type { SettingsProps } from "./settingsProps";

interface Props extends SettingsProps {
  readonly security: Schemas["Security"];
}

/** Codes of an app after the password: set up, recovery codes, turned off. */
export function CodeSettings({ account, security }: Props) {
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Section
      title="Codes after the password"
      note="An app on your phone makes a code of six digits every 30 seconds. Whoever has your password alone does not get in."
    >
      {codes !== null ? (
        <RecoveryCodes codes={codes} handle={account.handle} onDone={() => setCodes(null)} />
      ) : security.totp ? (
        <TurnedOn left={security.recovery_codes} onCodes={setCodes} />
      ) : (
        <TurnedOff onCodes={setCodes} />
      )}
    </Section>
  );
}

interface WithCodes {
  readonly onCodes: (codes: readonly string[]) => void;
}

function TurnedOff({ onCodes }: WithCodes) {
  const { mutate, data, error, isPending, reset } = useBeginCodes();
  if (data) return <CodeSetup secret={data} onCodes={onCodes} onCancel={reset} />;
  return (
    <>
      <FormError>{formErrorsOf(error, {}).rest}</FormError>
      <Button className="self-start" onClick={() => mutate()} disabled={isPending}>
        Set up a code app
      </Button>
    </>
  );
}

function TurnedOn({ left, onCodes }: WithCodes & { readonly left: number }) {
  const [asking, setAsking] = useState<"codes" | "off" | null>(null);
  return (
    <>
      <p>
        <span className="text-good">On.</span> {left} of 10 recovery codes are left.
        {left <= 3 && " Make new ones before they are used up."}
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => setAsking("codes")}>New recovery codes</Button>
        <Button variant="danger" onClick={() => setAsking("off")}>
          Turn codes off
        </Button>
      </div>
      {asking === "codes" && <NewCodesDialog onCodes={onCodes} onClose={() => setAsking(null)} />}
      {asking === "off" && <TurnOffDialog onClose={() => setAsking(null)} />}
    </>
  );
}

function NewCodesDialog({ onCodes, onClose }: WithCodes & { readonly onClose: () => void }) {
  const { mutate, error, isPending } = useNewRecoveryCodes();
  const onSuccess = ({ codes }: Schemas["RecoveryCodes"]) => {
    onClose();
    onCodes(codes);
  };
  return (
    <ConfirmDialog
      title="New recovery codes"
      action="Make new codes"
      variant="main"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">The codes that you have now end.</p>
    </ConfirmDialog>
  );
}

function TurnOffDialog({ onClose }: { readonly onClose: () => void }) {
  const { mutate, error, isPending } = useTurnOffCodes();
  const onSuccess = () => {
    onClose();
    toast("Your account asks for no code any more.");
  };
  return (
    <ConfirmDialog
      title="Turn codes off"
      action="Turn off"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">Your password alone opens your account then. Recovery codes end, too.</p>
    </ConfirmDialog>
  );
}
