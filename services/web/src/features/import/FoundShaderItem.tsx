import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "../../api/problem";
import { useSession } from "../../api/session";
import { Button, ButtonLink } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { formErrorsOf } from "../../lib/formErrors";
import { licenceName } from "../../lib/licences";
import type { FoundShader } from "./document";
import { useImport } from "./queries";
import { saveText } from "./savedText";

interface Props {
  readonly shader: FoundShader;
  /** A single shader opens in the editor as soon as it is a draft. */
  readonly alone: boolean;
}

export function FoundShaderItem({ shader, alone }: Props) {
  const signedIn = useSession((state) => state.status === "signed-in");
  const { mutate, data: made, error, isPending } = useImport();
  const navigate = useNavigate();
  const open = (id: string) => {
    saveText("");
    void navigate(`/edit/${id}`);
  };
  const take = () => mutate(shader, { onSuccess: ({ id }) => alone && open(id) });
  return (
    <li className="flex flex-col items-start gap-3 py-4">
      <div>
        <h3 className="font-medium">{shader.title}</h3>
        <p className="text-sm text-ink-2">
          {shader.author ? `By ${shader.author}` : "Without an author's name"} · {passes(shader)}
        </p>
      </div>
      <Licence shader={shader} />
      <Unsupported shader={shader} />
      <FormError>{reason(error)}</FormError>
      {made && (
        <ButtonLink to={`/edit/${made.id}`}>
          Open the draft<span className="sr-only"> of {shader.title}</span>
        </ButtonLink>
      )}
      {!made && signedIn && (
        <Button variant={alone ? "main" : "plain"} onClick={take} disabled={isPending}>
          {isPending ? "Importing…" : "Import as a draft"}
          {!alone && <span className="sr-only"> {shader.title}</span>}
        </Button>
      )}
      {!made && !signedIn && (
        <ButtonLink variant="main" to="/sign-in?next=/import">
          Sign in to import
        </ButtonLink>
      )}
    </li>
  );
}

function passes({ passes: names }: FoundShader): string {
  return names.length === 1 ? "one pass" : `${names.length} passes: ${names.join(", ")}`;
}

function Licence({ shader }: Pick<Props, "shader">) {
  if (shader.licence !== null) return <Line>Licence in the document: {licenceName(shader.licence)}.</Line>;
  return (
    <Line>
      The document names no licence. On Shadertoy a shader without one is CC BY-NC-SA 3.0. The draft begins with all
      rights reserved; publish it only if it is yours or its licence lets you, and name the author.
    </Line>
  );
}

function Unsupported({ shader }: Pick<Props, "shader">) {
  if (shader.passes.length > 1) return <Line>Shaders of several passes cannot be imported yet.</Line>;
  if (shader.inputs.length > 0)
    return (
      <Line>
        Its inputs ({shader.inputs.join(", ")}) are not there yet. It can be imported if its code reads none of them.
      </Line>
    );
  return null;
}

function Line({ children }: { readonly children: ReactNode }) {
  return <p className="text-sm">{children}</p>;
}

/** The API's message, with the passes or inputs that it names. */
function reason(error: Error | null): string | null {
  const { rest } = formErrorsOf(error, {});
  if (!(error instanceof ApiError)) return rest;
  const named = [error.problem["passes"], error.problem["inputs"]].flat().flatMap(nameOf);
  return named.length > 0 ? `${rest} Found: ${named.join(", ")}.` : rest;
}

function nameOf(entry: unknown): string[] {
  if (typeof entry === "string") return [entry];
  if (typeof entry !== "object" || entry === null) return [];
  const { channel, ctype } = entry as { channel?: unknown; ctype?: unknown };
  return [`${String(ctype)} in iChannel${String(channel)}`];
}
