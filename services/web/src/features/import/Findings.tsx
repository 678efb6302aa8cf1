import { useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "../../components/ui/Button";
import { toastError } from "../../components/ui/toastStore";
import { count } from "../../lib/labels";
import { SHADER_CHOICES } from "../../lib/shaderChoices";
import type { ParsedImport } from "./document";
import { FoundShaderItem } from "./FoundShaderItem";
import { draftForEditor } from "./queries";
import { saveText } from "./savedText";

interface Props {
  readonly parsed: ParsedImport;
  readonly fileName: string;
}

/** The result of parsing, with the actions on it. */
export function Findings({ parsed, fileName }: Props) {
  if (parsed.kind === "nothing") return <HowTo />;
  if (parsed.kind === "unreadable") {
    return (
      <p role="status" className="border-l-2 border-bad pl-3">
        This cannot be read. {parsed.why}
      </p>
    );
  }
  if (parsed.kind === "glsl") return <Code {...parsed} fileName={fileName} />;
  return (
    <section aria-label="What was understood" className="flex flex-col">
      <h2 className="text-lg font-medium">
        {parsed.shaders.length === 1 ? "One shader of Shadertoy" : `${parsed.shaders.length} shaders of Shadertoy`}
      </h2>
      <ul className="divide-y divide-line">
        {parsed.shaders.map((shader, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order, and titles may repeat.
          <FoundShaderItem key={place} shader={shader} alone={parsed.shaders.length === 1} />
        ))}
      </ul>
    </section>
  );
}

function Code({ source, dialect, fileName }: Extract<ParsedImport, { kind: "glsl" }> & Pick<Props, "fileName">) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const open = () => {
    setBusy(true);
    draftForEditor(source, fileName.replace(/\.\w+$/, ""))
      .then((address) => {
        saveText("");
        return navigate(address);
      })
      .catch(toastError)
      .finally(() => setBusy(false));
  };
  return (
    <section aria-label="What was understood" className="flex flex-col items-start gap-3">
      <h2 className="text-lg font-medium">GLSL, {count(source.trimEnd().split("\n").length, "line")}</h2>
      <p className="text-ink-2">
        {dialect === null
          ? "It has no entry point that this site knows; the editor says what is missing."
          : `Dialect: ${SHADER_CHOICES.dialect.labels[dialect]}.`}{" "}
        It opens in the editor as a draft that is kept in this browser. Say there under which licence it may be shown; a
        text of somebody else's keeps theirs.
      </p>
      <Button variant="main" onClick={open} disabled={isBusy}>
        Open in the editor
      </Button>
    </section>
  );
}

function HowTo() {
  return (
    <div className="flex flex-col gap-2 text-sm text-ink-2">
      <p>
        From Shadertoy: on your profile choose Export all your shaders, and drop the file here. Shaders of one image
        pass can be taken; buffers, textures, sound and the keyboard cannot yet.
      </p>
      <p>From here to elsewhere: each shader's page has its own export.</p>
    </div>
  );
}
