import { useId, useRef } from "react";
import { Button } from "../../components/ui/Button";
import { INPUT } from "../../components/ui/Labelled";

const KINDS = ".glsl,.frag,.fs,.json,.txt,application/json,text/plain";

interface Props {
  readonly text: string;
  readonly fileName: string;
  readonly onText: (text: string) => void;
  readonly onFile: (file: File | undefined) => void;
}

/** The input: a textarea and a file chooser. */
export function Source({ text, fileName, onText, onFile }: Props) {
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-col gap-2">
      <label htmlFor={id} className="text-sm font-medium">
        Code or JSON
      </label>
      <textarea
        id={id}
        rows={12}
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        placeholder="Paste here, or drop a file on this page"
        onChange={(event) => onText(event.target.value)}
        className={`${INPUT} h-auto resize-y py-2 font-mono text-sm pointer-coarse:h-auto`}
      />
      <div className="flex flex-wrap items-center gap-3">
        <Button onClick={() => chooser.current?.click()}>Choose a file</Button>
        <input
          ref={chooser}
          type="file"
          accept={KINDS}
          aria-label="A file with GLSL or JSON"
          tabIndex={-1}
          className="sr-only"
          onChange={(event) => {
            onFile(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
        {text !== "" && (
          <Button variant="quiet" onClick={() => onText("")}>
            Clear
          </Button>
        )}
        <p className="text-sm text-ink-2">{fileName || ".glsl, .frag, .fs or .json"}</p>
      </div>
    </div>
  );
}
