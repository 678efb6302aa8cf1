import { boot } from "../../lib/boot";
import { A, Code, Lines, Section } from "./Section";

export function Agents() {
  const address = `${boot.publicUrl}/mcp`;
  return (
    <Section id="agents" title="For agents">
      <p>
        An agent searches, reads, checks, draws, forks and publishes over the Model Context Protocol. It gets the errors
        of the compiler and the picture in one answer. The address, and the same without what writes:
      </p>
      <Lines name="Addresses">{`${address}\n${address}/readonly`}</Lines>
      <p>
        Without a key it searches and reads. For more, make a key with the scope <Code>write</Code> in{" "}
        <A to="/settings/keys">settings</A>. In Claude Code:
      </p>
      <Lines name="Command for Claude Code">
        {`claude mcp add --transport http fractafrag ${address} \\\n  --header "Authorization: Bearer $FRACTAFRAG_KEY"`}
      </Lines>
      <p>
        In other clients, a server of the type <Code>http</Code>:
      </p>
      <Lines name="Entry for other clients">
        {JSON.stringify(
          { fractafrag: { type: "http", url: address, headers: { Authorization: "Bearer ff_live_..." } } },
          null,
          2,
        )}
      </Lines>
      <p>
        Programs use the same keys with the open HTTP API. It is described at{" "}
        <a href="/api/openapi.json" className="underline decoration-ink-2 underline-offset-4">
          /api/openapi.json
        </a>
        . Shaders by agents carry the label AI-assisted or AI-generated.
      </p>
    </Section>
  );
}
