import { useEffect, useRef } from "react";
import { Button } from "../../components/ui/Button";
import { copyText } from "../../components/ui/copyText";
import { download } from "../../lib/download";

interface Props {
  readonly codes: readonly string[];
  readonly handle: string;
  readonly onDone: () => void;
}

/** New recovery codes, which are shown once; they stay until their owner confirms that they are kept. */
export function RecoveryCodes({ codes, handle, onDone }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    heading.current?.focus();
    heading.current?.scrollIntoView({ block: "center" });
  }, []);
  const text = codes.join("\n");
  const file = `Recovery codes of ${handle} at ${location.host}, each good once\n\n${text}\n`;
  return (
    <div className="flex flex-col gap-3">
      <h3 ref={heading} tabIndex={-1} className="font-medium outline-none">
        Your recovery codes
      </h3>
      <p className="text-sm">
        Each is good once, in place of a code of the app. Keep them where your phone is not: they are shown this once.
      </p>
      <ol className="grid gap-x-6 gap-y-1 font-mono text-sm sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-2 print:hidden">
        <Button onClick={() => void copyText(text, "The codes are copied.")}>Copy</Button>
        <Button onClick={() => download(file, `Recovery codes of ${handle}.txt`)}>Download</Button>
        <Button onClick={() => window.print()}>Print</Button>
        <Button variant="main" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
