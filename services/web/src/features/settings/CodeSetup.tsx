import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { CodeField } from "../../components/ui/CodeField";
import { copyText } from "../../components/ui/copyText";
import { FormError } from "../../components/ui/FormError";
import { useFormErrors } from "../../lib/useFormErrors";
import { useConfirmCodes } from "./securityQueries";

interface Props {
  readonly secret: Schemas["AppSecret"];
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onCancel: () => void;
}

/** The secret for an app, as a picture and as text, and the first code that shows that the app has it. */
export function CodeSetup({ secret, onCodes, onCancel }: Props) {
  const [code, setCode] = useState("");
  const { mutate, error, isPending } = useConfirmCodes();
  const { fields, rest, mustWait } = useFormErrors(error, { wrong_code: "code" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    mutate(code, { onSuccess: ({ codes }) => onCodes(codes) });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <p>Scan this with your code app, then type the code that it shows.</p>
      <img src={secret.picture} alt="QR code for your code app" className="size-52 rounded-sm bg-white" />
      <div className="flex flex-col items-start gap-2">
        <p className="text-sm text-ink-2">Or type this secret into the app:</p>
        <code className="break-all font-mono text-sm">{secret.secret.match(/.{1,4}/g)?.join(" ")}</code>
        <Button onClick={() => void copyText(secret.secret, "The secret is copied.")}>Copy secret</Button>
      </div>
      <CodeField value={code} onChange={setCode} error={fields["code"]} />
      <FormError>{rest}</FormError>
      <div className="flex gap-2">
        <Button variant="main" type="submit" disabled={isPending || mustWait}>
          Turn codes on
        </Button>
        <Button variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
