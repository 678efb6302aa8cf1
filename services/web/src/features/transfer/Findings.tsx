import { useState } from "react";
import { useNavigate } from "react-router";
import { Button } from "../../components/Button";
import { sayError } from "../../components/toasts";
import { count, DIALECTS } from "../../lib/words";
import type { Understood } from "./document";
import { keepText } from "./kept";
import { keepForEditor } from "./queries";
import { WorkFound } from "./WorkFound";

interface Props {
  readonly understood: Understood;
  readonly fileName: string;
}

/** What was understood, and what can be done with it. */
export function Findings({ understood, fileName }: Props) {
  if (understood.kind === "nothing") return <HowTo />;
  if (understood.kind === "unreadable") {
    return (
      <p role="status" className="border-l-2 border-bad pl-3">
        This cannot be read. {understood.why}
      </p>
    );
  }
  if (understood.kind === "glsl") return <Code {...understood} fileName={fileName} />;
  return (
    <section aria-label="What was understood" className="flex flex-col">
      <h2 className="text-lg font-medium">
        {understood.works.length === 1 ? "One work of Shadertoy" : `${understood.works.length} works of Shadertoy`}
      </h2>
      <ul className="divide-y divide-line">
        {understood.works.map((work, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order, and titles may repeat.
          <WorkFound key={place} work={work} alone={understood.works.length === 1} />
        ))}
      </ul>
    </section>
  );
}

function Code({ source, dialect, fileName }: Extract<Understood, { kind: "glsl" }> & Pick<Props, "fileName">) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const open = () => {
    setBusy(true);
    keepForEditor(source, fileName.replace(/\.\w+$/, ""))
      .then((address) => {
        keepText("");
        return navigate(address);
      })
      .catch(sayError)
      .finally(() => setBusy(false));
  };
  return (
    <section aria-label="What was understood" className="flex flex-col items-start gap-3">
      <h2 className="text-lg font-medium">GLSL, {count(source.trimEnd().split("\n").length, "line")}</h2>
      <p className="text-ink-2">
        {dialect === null
          ? "It has no entry point that this site knows; the editor says what is missing."
          : `Dialect: ${DIALECTS[dialect]}.`}{" "}
        It opens in the editor as a draft that is kept in this browser. Say there under which licence it may be shown; a
        text of somebody else's keeps theirs.
      </p>
      <Button kind="main" onClick={open} disabled={isBusy}>
        Open in the editor
      </Button>
    </section>
  );
}

function HowTo() {
  return (
    <div className="flex flex-col gap-2 text-sm text-ink-2">
      <p>
        From Shadertoy: on your profile choose Export all your shaders, and drop the file here. Works of one image pass
        can be taken; buffers, textures, sound and the keyboard cannot yet.
      </p>
      <p>From here to elsewhere: each work's page has its own export.</p>
    </div>
  );
}
