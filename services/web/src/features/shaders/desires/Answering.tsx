import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useSearchParams } from "react-router";
import { api, ok, type Schemas } from "../../../api/client";
import { keys } from "../../../api/keys";
import { Button } from "../../../components/ui/Button";
import { toast } from "../../../components/ui/toastStore";
import { apiErrorsOf } from "../../../lib/apiErrors";
import { useDesire, useFulfil } from "./queries";

type Shader = Schemas["ShaderPublic"];

interface Props {
  readonly shader: Shader;
  readonly isAuthor: boolean;
}

/** On a shader's page: the desires that it answers, and the one that it is to answer (`?answers=ID`) once it is drawn. */
export function Answering({ shader, isAuthor }: Props) {
  const [address, setAddress] = useSearchParams();
  const next = address.get("answers");
  const { data = [] } = useQuery({
    queryKey: keys.answeredBy(shader.id),
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}/desires", { params: { path: { shader_id: shader.id } } })),
    enabled: shader.visibility === "public",
  });
  return (
    <>
      {isAuthor && next !== null && (
        <Submit shader={shader} desire={next} onDone={() => setAddress({}, { replace: true })} />
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
  const { data } = useDesire(desire);
  const { mutate, error, isIdle, isPending } = useFulfil(desire);
  const drawn = shader.still_url !== null && shader.render_status === "ready";
  const failed = shader.render_status === "failed";
  useEffect(() => {
    if (!drawn || !isIdle) return;
    const onSuccess = () => {
      toast("Your answer is there. Who wished for it is told.");
      onDone();
    };
    mutate(shader.id, { onSuccess });
  }, [drawn, isIdle, mutate, shader.id, onDone]);
  if (data === undefined) return null;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-l-2 border-accent pl-3 text-sm">
      <p className="min-w-48 flex-1">
        {error
          ? `It does not answer the wish: ${apiErrorsOf(error).rest ?? ""}`
          : failed
            ? "It answers the wish once it can be drawn: "
            : "As soon as its picture is drawn it answers the wish: "}
        {!error && <span className="text-ink-2">{data.prompt}</span>}
      </p>
      {error && (
        <Button disabled={isPending} onClick={() => mutate(shader.id, { onSuccess: onDone })}>
          Try again
        </Button>
      )}
      <Button variant="quiet" onClick={onDone}>
        Not now
      </Button>
    </div>
  );
}
