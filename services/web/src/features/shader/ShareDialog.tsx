import { useId } from "react";
import { Button } from "../../components/ui/Button";
import { copyText } from "../../components/ui/copyText";
import { Dialog } from "../../components/ui/Dialog";
import { boot } from "../../lib/boot";
import { licenceFullName } from "../../lib/licences";
import type { Shader } from "./queries";

/** The link, the code of an embed, and a credit line, to copy. */
export function ShareDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const link = `${boot.publicUrl}/s/${shader.id}`;
  const embed = embedCode(shader);
  const line = `"${shader.title}" by ${shader.author.display_name} (${licenceFullName(shader.licence)}): ${link}`;
  const share = { title: shader.title, text: `${shader.title} by ${shader.author.display_name}`, url: link };
  return (
    <Dialog title="Share" onClose={onClose}>
      <div className="flex flex-col gap-4">
        <Copyable label="Link" text={link} />
        <Copyable
          label="Embed"
          text={embed}
          hint="Add ?autoplay=1&controls=0&mouse=0&t=SECONDS to its address as you like."
        />
        <Copyable label="Credit in words" text={line} />
        <p className="flex justify-end gap-2">
          {navigator.share !== undefined && (
            <Button onClick={() => void navigator.share(share).catch(() => undefined)}>Share by an app</Button>
          )}
          <Button variant="main" onClick={onClose}>
            Close
          </Button>
        </p>
      </div>
    </Dialog>
  );
}

function embedCode({ id, title }: Shader): string {
  const quoted = title.replace(/[&"<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<iframe src="${boot.publicUrl}/embed/${id}" title="${quoted}" width="640" height="360" style="border:0" allow="fullscreen" loading="lazy"></iframe>`;
}

interface CopyableProps {
  readonly label: string;
  readonly text: string;
  readonly hint?: string;
}

function Copyable({ label, text, hint }: CopyableProps) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <div className="flex items-start gap-2">
        <textarea
          id={id}
          readOnly
          value={text}
          rows={Math.min(6, Math.ceil(text.length / 38))}
          onFocus={(event) => event.target.select()}
          className="min-w-0 flex-1 resize-none rounded-sm border border-line bg-ground p-2 font-mono text-xs"
        />
        <Button onClick={() => void copyText(text, `${label} copied`)}>
          Copy<span className="sr-only"> {label}</span>
        </Button>
      </div>
      {hint && <p className="text-xs text-ink-2">{hint}</p>}
    </div>
  );
}
