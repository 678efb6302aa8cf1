import { LoadFailure } from "../../../components/ui/LoadFailure";
import { toastError } from "../../../components/ui/toastStore";
import { Section } from "../Section";
import { LikedTags } from "./LikedTags";
import { LikedWorks } from "./LikedWorks";
import { Muted } from "./Muted";
import { type Taste, useChooseLearning, useTaste } from "./queries";

/** What the feed thinks that the account likes, and what it shows no more of. */
export function FeedSettings() {
  const { data, error, refetch } = useTaste();
  return (
    <>
      <Section title="What your feed thinks you like" note="Learnt from your votes, your forks and what you look at.">
        <LoadFailure error={error} onRetry={() => void refetch()} />
        {!data && !error && <p role="status">Loading what your feed knows…</p>}
        {data && <Known taste={data} />}
      </Section>
      <Muted />
    </>
  );
}

function Known({ taste }: { readonly taste: Taste }) {
  const liked = taste.tags.filter(({ weight }) => weight > 0);
  const disliked = taste.tags.filter(({ weight }) => weight < 0);
  const nothing = taste.learning && taste.tags.length === 0 && taste.works.length === 0;
  return (
    <>
      <Learning learning={taste.learning} />
      {nothing && <p className="text-sm text-ink-2">Nothing yet. It starts with your first vote.</p>}
      {liked.length > 0 && <LikedTags title="Tags that you like" tags={liked} />}
      {taste.works.length > 0 && <LikedWorks works={taste.works} />}
      {disliked.length > 0 && <LikedTags title="Tags that you like less" tags={disliked} />}
    </>
  );
}

function Learning({ learning }: { readonly learning: boolean }) {
  const choose = useChooseLearning();
  return (
    <label className="flex min-h-8 items-start gap-2 pointer-coarse:min-h-11">
      <input
        type="checkbox"
        className="mt-1 size-4 flex-none accent-accent"
        checked={choose.isPending ? choose.variables : learning}
        disabled={choose.isPending}
        onChange={({ target }) => choose.mutate(target.checked, { onError: toastError })}
      />
      <span>
        Learn from what I do
        <span className="block text-sm text-ink-2">
          Without it, what is known is deleted, and your feed goes by votes and age alone.
        </span>
      </span>
    </label>
  );
}
