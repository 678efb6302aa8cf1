import { memo, useMemo } from "react";
import { Button } from "../../components/ui/Button";
import { copyText } from "../../components/ui/copyText";
import { type TokenKind, tokenize } from "../../lib/glsl";

interface Props {
  readonly source: string;
  readonly raw: string;
}

const CLASSES: Record<TokenKind, string> = {
  plain: "",
  comment: "text-code-comment",
  directive: "text-code-keyword",
  number: "text-code-number",
  keyword: "text-code-keyword",
  type: "text-code-type",
  builtin: "text-code-builtin",
};

/** The highlighted source, with a button to copy it. */
export function Code({ source, raw }: Props) {
  const lines = source.split("\n").length;
  return (
    <section aria-labelledby="code-title" className="min-w-0">
      <header className="flex h-10 items-center gap-2 border-b border-line">
        <h2 id="code-title" className="flex-1 text-sm font-medium">
          Code <span className="font-normal text-ink-2">{lines} lines</span>
        </h2>
        <Button variant="quiet" onClick={() => void copyText(source, "The code is copied")}>
          Copy
        </Button>
        <a href={raw} className="px-3 text-sm text-ink-2 hover:text-ink">
          Raw
        </a>
      </header>
      <Lines source={source} />
    </section>
  );
}

const Lines = memo(function Lines({ source }: { readonly source: string }) {
  const lines = useMemo(() => tokenize(source), [source]);
  const width = String(lines.length).length;
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse.
      tabIndex={0}
      className="max-h-[85dvh] overflow-auto py-2 font-mono text-xs leading-5 [overflow-wrap:normal] [tab-size:4]"
    >
      <code>
        {lines.map((tokens, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number.
          <span key={index} id={`L${index + 1}`} className="block target:bg-raised">
            <span
              aria-hidden="true"
              className="inline-block select-none pr-4 text-right text-ink-2"
              style={{ minWidth: `${width + 2}ch` }}
            >
              {index + 1}
            </span>
            {tokens.map(({ kind, text }, at) =>
              kind === "plain" ? (
                text
              ) : (
                // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place.
                <span key={at} className={CLASSES[kind]}>
                  {text}
                </span>
              ),
            )}
            {"\n"}
          </span>
        ))}
      </code>
    </pre>
  );
});
