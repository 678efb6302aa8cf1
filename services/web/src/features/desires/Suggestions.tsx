import { useEffect, useState } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { Field } from "../../components/ui/Field";
import { stillOf } from "../../lib/stills";
import { Parts } from "../shaders/desires/Parts";
import { type Like, useLikeText } from "./queries";

const FROM = 12;
const WAIT_MS = 350;

interface Props {
  readonly prompt: string;
  readonly different: string | null;
  readonly difference: string;
  readonly busy: boolean;
  readonly onJoin: (like: Like) => void;
  readonly onDifferent: (cluster: string | null) => void;
  readonly onDifference: (text: string) => void;
}

/** Beside the wish that is typed: who wants that already. It never keeps anybody from wishing. */
export function Suggestions(props: Props) {
  const { data } = useLikeText(useTyped(props.prompt));
  const found = props.prompt.trim().length < FROM ? [] : (data?.items ?? []);
  return (
    <section aria-label="Like wishes" aria-live="polite" className="flex flex-col gap-4">
      {found.length > 0 && (
        <>
          <h2 className="text-sm font-medium">Is it one of these?</h2>
          <ul className="flex flex-col gap-6">
            {found.map((like) => (
              <Suggestion key={like.cluster} like={like} {...props} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Suggestion({
  like,
  different,
  difference,
  busy,
  onJoin,
  onDifferent,
  onDifference,
}: Props & { readonly like: Like }) {
  const isDifferent = different === like.cluster;
  return (
    <li className="flex flex-col gap-2 border-l-2 border-line pl-3">
      {like.best?.still_url && (
        <img {...stillOf(like.best, "10rem")} alt="" loading="lazy" className="aspect-video w-40 object-cover" />
      )}
      <p className="text-sm font-medium">{already(like)}</p>
      <p className="text-sm text-ink-2">
        <Link to={`/desires/${like.desire}`} target="_blank" className="hover:underline">
          <Parts parts={like.theirs} />
        </Link>
      </p>
      <p className="flex flex-wrap gap-2">
        <Button disabled={busy} onClick={() => onJoin(like)}>
          Join them
        </Button>
        <Button
          variant="quiet"
          aria-pressed={isDifferent}
          onClick={() => onDifferent(isDifferent ? null : like.cluster)}
        >
          Mine is different
        </Button>
      </p>
      {isDifferent && (
        <Field
          label="Mine is different because (optional)"
          maxLength={300}
          value={difference}
          onChange={({ target }) => onDifference(target.value)}
        />
      )}
    </li>
  );
}

export function already({ people }: Pick<Like, "people">): string {
  return people <= 1 ? "Somebody already wants this" : `${people.toLocaleString("en")} people already want this`;
}

/** The text once nobody has typed for a moment; empty while it is too short to say anything. */
function useTyped(text: string): string {
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setTyped(text.trim().length < FROM ? "" : text.trim()), WAIT_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return typed;
}
