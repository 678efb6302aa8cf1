import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { ApiError } from "../../api/problem";
import { useSession } from "../../api/session";
import { Button, ButtonLink } from "../../components/Button";
import { FormError } from "../../components/FormError";
import { licenceName } from "../../lib/licences";
import { mistakesOf } from "../../lib/mistakes";
import type { FoundWork } from "./document";
import { keepText } from "./kept";
import { useImport } from "./queries";

interface Props {
  readonly work: FoundWork;
  /** A single work opens in the editor as soon as it is a draft. */
  readonly alone: boolean;
}

export function WorkFound({ work, alone }: Props) {
  const signedIn = useSession((state) => state.status === "signed-in");
  const { mutate, data: made, error, isPending } = useImport();
  const navigate = useNavigate();
  const open = (id: string) => {
    keepText("");
    void navigate(`/edit/${id}`);
  };
  const take = () => mutate(work, { onSuccess: ({ id }) => alone && open(id) });
  return (
    <li className="flex flex-col items-start gap-3 py-4">
      <div>
        <h3 className="font-medium">{work.title}</h3>
        <p className="text-sm text-ink-2">
          {work.author ? `By ${work.author}` : "Without an author's name"} · {passes(work)}
        </p>
      </div>
      <Licence work={work} />
      <Unsupported work={work} />
      <FormError>{reason(error)}</FormError>
      {made && (
        <ButtonLink to={`/edit/${made.id}`}>
          Open the draft<span className="sr-only"> of {work.title}</span>
        </ButtonLink>
      )}
      {!made && signedIn && (
        <Button kind={alone ? "main" : "plain"} onClick={take} disabled={isPending}>
          {isPending ? "Importing…" : "Import as a draft"}
          {!alone && <span className="sr-only"> {work.title}</span>}
        </Button>
      )}
      {!made && !signedIn && (
        <ButtonLink kind="main" to="/sign-in?next=/import">
          Sign in to import
        </ButtonLink>
      )}
    </li>
  );
}

function passes({ passes: names }: FoundWork): string {
  return names.length === 1 ? "one pass" : `${names.length} passes: ${names.join(", ")}`;
}

function Licence({ work }: Pick<Props, "work">) {
  if (work.licence !== null) return <Line>Licence in the document: {licenceName(work.licence)}.</Line>;
  return (
    <Line>
      The document names no licence. On Shadertoy a work without one is CC BY-NC-SA 3.0. The draft begins with all
      rights reserved; publish it only if it is yours or its licence lets you, and name the author.
    </Line>
  );
}

function Unsupported({ work }: Pick<Props, "work">) {
  if (work.passes.length > 1) return <Line>Works of several passes cannot be imported yet.</Line>;
  if (work.inputs.length > 0)
    return (
      <Line>
        Its inputs ({work.inputs.join(", ")}) are not there yet. It can be imported if its code reads none of them.
      </Line>
    );
  return null;
}

function Line({ children }: { readonly children: ReactNode }) {
  return <p className="text-sm">{children}</p>;
}

/** The API's own words, with the passes or inputs that it named. */
function reason(error: Error | null): string | null {
  const { rest } = mistakesOf(error, {});
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
