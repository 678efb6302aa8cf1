import { type DragEvent, useState } from "react";
import { say, sayError } from "../../components/toasts";
import { useTitle } from "../../lib/title";
import { understand } from "./document";
import { Findings } from "./Findings";
import { keepText, keptText } from "./kept";
import { Source } from "./Source";

const LARGEST_BYTES = 20_000_000;

export function ImportPage() {
  useTitle("Import");
  const [text, setText] = useState(keptText);
  const [fileName, setFileName] = useState("");
  const [over, setOver] = useState(false);
  const put = (content: string, name = "") => {
    setText(content);
    setFileName(name);
    keepText(content);
  };
  const read = (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > LARGEST_BYTES) return say("This file is larger than 20 MB. Choose a smaller one.", "bad");
    file.text().then((content) => put(content, file.name), sayError);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file === undefined) put(event.dataTransfer.getData("text/plain"));
    else read(file);
  };
  return (
    <section
      aria-labelledby="import-title"
      className={`mx-auto flex max-w-2xl flex-col gap-6 px-4 py-8 ${over ? "outline-2 -outline-offset-2 outline-accent" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className="flex flex-col gap-1">
        <h1 id="import-title" className="text-xl font-medium">
          Import
        </h1>
        <p className="text-ink-2">
          Bring a shader from elsewhere: Shadertoy's JSON, or plain GLSL. Nothing is published; you see first what was
          understood.
        </p>
      </div>
      <Source text={text} fileName={fileName} onText={put} onFile={read} />
      <Findings understood={understand(text)} fileName={fileName} />
    </section>
  );
}
