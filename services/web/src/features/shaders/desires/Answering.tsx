import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { api, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";
import { Button } from "../../../components/ui/Button";
import { toast } from "../../../components/ui/toastStore";
import { apiErrorsOf } from "../../../lib/apiErrors";
import type { Draft } from "../../../lib/drafts/draft";
import { KEEP_SCROLL } from "../../../lib/keepScroll";
import { useDesire, useFulfil } from "./queries";

type Shader = Schemas["ShaderPublic"];

interface Props {
  readonly shader: Shader;
  readonly isAuthor: boolean;
}

interface Carried {
  /** The desire. */
  readonly answers: string;
}

/** What the editor passes on with the address of what it has published; no link of a stranger can. */
export function answering({ desire, details }: Draft): Carried | null {
  return desire && details.visibility === "public" ? { answers: desire } : null;
}

/** On a shader's page: the desires that it answers, and the one that it is to answer once it is drawn. */
export function Answering({ shader, isAuthor }: Props) {
  const navigate = useNavigate();
  const here = useLocation();
  const next = (here.state as Partial<Carried> | null)?.answers;
  const { data = [] } = useQuery({
    queryKey: keys.answeredBy(shader.id),
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}/desires", { params: { path: { shader_id: shader.id } } })),
    enabled: shader.visibility === "public",
  });
  return (
    <>
      {isAuthor && next !== undefined && (
        <Submit
          shader={shader}
          desire={next}
          onDone={() => void navigate(here, { replace: true, state: KEEP_SCROLL })}
        />
      )}
      {data.length > 0 && (
        <ul aria-label="Desires that it answers" className="flex flex-col gap-1 text-sm text-ink-2">
          {data.map(({ id, prompt, fulfilment }) => (
            <li key={id} className="line-clamp-2">
              {fulfilment === "accepted" ? "Fulfils the wish " : "Answers the wish "}
              <Link to={`/desires/${id}`} className="text-ink hover:underline">
                {prompt}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface SubmitProps {
  readonly shader: Shader;
  readonly desire: string;
  readonly onDone: () => void;
}

function Submit({ shader, desire, onDone }: SubmitProps) {
  const wish = useDesire(desire);
  const { mutate, error, isIdle, isPending } = useFulfil(desire);
  const ready = shader.still_url !== null && shader.render_status === "ready" && !shader.awaits_review;
  const send = useCallback(() => {
    const onSuccess = () => {
      toast("Your answer is there. Who wished for it is told.");
      onDone();
    };
    mutate(shader.id, { onSuccess });
  }, [mutate, shader.id, onDone]);
  useEffect(() => {
    if (ready && isIdle) send();
  }, [ready, isIdle, send]);
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-l-2 border-accent pl-3 text-sm">
      <p className="min-w-48 flex-1">
        {error ? `It does not answer the wish: ${apiErrorsOf(error).rest ?? ""}` : promise(shader)}
        {!error && <span className="text-ink-2">{wish.data?.prompt}</span>}
      </p>
      {error && (
        <Button disabled={isPending} onClick={send}>
          Try again
        </Button>
      )}
      <Button variant="quiet" onClick={onDone}>
        Not now
      </Button>
    </div>
  );
}

/** When it answers the wish that it is to answer. */
function promise({ awaits_review: waits, render_status: status }: Shader): string {
  if (waits) return "Once a moderator has published it, it answers the wish: ";
  if (status === "failed") return "It answers the wish once it can be drawn: ";
  return "As soon as its picture is drawn it answers the wish: ";
}
