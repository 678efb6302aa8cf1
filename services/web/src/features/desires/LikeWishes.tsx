import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { toastError } from "../../components/ui/toastStore";
import { Parts } from "../shaders/desires/Parts";
import { wanted } from "../shaders/desires/wanted";
import { type Desire, type Like, useCluster, useDiffer, useJoin, useLikeDesire } from "./queries";

interface Props {
  readonly desire: Desire;
  readonly isAuthor: boolean;
}

/** The same wish in other words, and wishes that are near; the author says whether one of those is the same. */
export function LikeWishes({ desire, isAuthor }: Props) {
  return (
    <div className="mx-auto grid w-full max-w-4xl gap-x-10 gap-y-8 px-4 sm:grid-cols-2">
      <Wordings desire={desire} />
      <Near desire={desire} isAuthor={isAuthor} />
    </div>
  );
}

function Wordings({ desire: { id, cluster, wordings } }: { readonly desire: Desire }) {
  const { data } = useCluster(wordings > 1 ? cluster : null);
  const others = (data?.wordings ?? []).filter(({ desire }) => desire !== id);
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="wordings-title">
      <h2 id="wordings-title" className="pb-2 text-sm font-medium">
        The same wish in other words
      </h2>
      <ul className="flex flex-col gap-3">
        {others.map(({ desire, author, parts }) => (
          <li key={desire} className="text-sm text-ink-2">
            <Link to={`/desires/${desire}`} className="hover:underline">
              <Parts parts={parts} />
            </Link>{" "}
            · {author.display_name}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Near({ desire, isAuthor }: Props) {
  const { data } = useLikeDesire(desire.id);
  const found = (data?.items ?? []).filter(({ cluster }) => cluster !== desire.cluster);
  if (found.length === 0) return null;
  return (
    <section aria-labelledby="near-title">
      <h2 id="near-title" className="pb-2 text-sm font-medium">
        Wishes like this
      </h2>
      <ul className="flex flex-col gap-4">
        {found.map((like) => (
          <li key={like.cluster} className="flex flex-col gap-2 text-sm">
            <p className="text-ink-2">
              <Link to={`/desires/${like.desire}`} className="hover:underline">
                <Parts parts={like.theirs} />
              </Link>{" "}
              · {wanted({ people: like.people, state: "open" })}
            </p>
            {isAuthor && desire.state === "open" && <Judge id={desire.id} like={like} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Judge({ id, like: { cluster } }: { readonly id: string; readonly like: Like }) {
  const join = useJoin(id);
  const differ = useDiffer(id);
  const busy = join.isPending || differ.isPending;
  return (
    <p className="flex flex-wrap gap-2">
      <Button disabled={busy} onClick={() => join.mutate(cluster, { onError: toastError })}>
        It is the same
      </Button>
      <Button
        variant="quiet"
        disabled={busy}
        onClick={() => differ.mutate({ cluster, difference: "" }, { onError: toastError })}
      >
        Mine is different
      </Button>
    </p>
  );
}
