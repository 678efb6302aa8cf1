import { type DragEvent, useState } from "react";
import { toast, toastError } from "../../components/ui/toastStore";
import { useTitle } from "../../lib/title";
import { parseImport } from "./document";
import { Findings } from "./Findings";
import { Source } from "./Source";
import { savedText, saveText } from "./savedText";

const LARGEST_BYTES = 20_000_000;

export function ImportPage() {
  useTitle("Import");
  const [text, setText] = useState(savedText);
  const [fileName, setFileName] = useState("");
  const [over, setOver] = useState(false);
  const put = (content: string, name = "") => {
    setText(content);
    setFileName(name);
    saveText(content);
  };
  const read = (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > LARGEST_BYTES) return toast("This file is larger than 20 MB. Choose a smaller one.", "bad");
    file.text().then((content) => put(content, file.name), toastError);
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
      <Findings parsed={parseImport(text)} fileName={fileName} />
    </section>
  );
}
