import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useNavigationType, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { ButtonLink } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { WorkList } from "../../components/WorkList";
import { useTitle } from "../../lib/title";
import { FeedSwitch } from "./FeedSwitch";
import { FirstRun } from "./FirstRun";
import { beginAnew, type FeedKind, feedQuery, knownColors } from "./queries";
import { FeedEmpty, FeedEnd } from "./sentences";

const LABELS: Record<FeedKind, string> = { trending: "Trending works", new: "New works", you: "Works for you" };

export function FeedPage() {
  useTitle("");
  const kind = useKind();
  const visitor = useSession(({ status }) => status === "visitor" || status === "expired");
  return (
    <>
      <h1 className="sr-only">{LABELS[kind]}</h1>
      {visitor && <FirstRun />}
      <FeedSwitch kind={kind} />
      {kind === "you" && visitor ? <SignInFirst /> : <Feed key={kind} kind={kind} />}
    </>
  );
}

function Feed({ kind }: { readonly kind: FeedKind }) {
  const query = useInfiniteQuery(feedQuery(kind));
  useBeginning(kind);
  return (
    <WorkList
      label={LABELS[kind]}
      query={query}
      large={kind !== "new"}
      recorded
      colors={knownColors()}
      empty={<FeedEmpty kind={kind} />}
      end={<FeedEnd kind={kind} />}
    />
  );
}

/** What the address asks for, else one's own feed, else what is liked most. */
function useKind(): FeedKind {
  const [parameters] = useSearchParams();
  const visitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const asked = parameters.get("feed");
  if (asked === "trending" || asked === "new" || asked === "you") return asked;
  return visitor ? "trending" : "you";
}

/** A feed that was come to by a link begins anew; on the way back it stays as it was left. */
function useBeginning(kind: FeedKind): void {
  const client = useQueryClient();
  const { key } = useLocation();
  const returned = useNavigationType() === "POP";
  // biome-ignore lint/correctness/useExhaustiveDependencies: each visit has a key of its own, the same address twice too.
  useEffect(() => {
    if (!returned) beginAnew(client, kind);
  }, [client, kind, key, returned]);
}

function SignInFirst() {
  return (
    <Notice title="A feed of your own">
      <p className="mb-3">Sign in, and this page learns from your votes and from what you look at.</p>
      <ButtonLink to="/sign-in?next=/">Sign in</ButtonLink>
    </Notice>
  );
}
