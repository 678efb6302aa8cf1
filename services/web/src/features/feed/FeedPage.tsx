import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { useTitle } from "../../lib/title";
import { ShaderList } from "../shaders/ShaderList";
import { useRefreshOnVisit } from "../shaders/useRefreshOnVisit";
import { FeedEmpty, FeedEnd } from "./copy";
import { FeedSwitch } from "./FeedSwitch";
import { FirstRun } from "./FirstRun";
import { type FeedKind, feedQuery, knownColors } from "./queries";

const LABELS: Record<FeedKind, string> = { trending: "Trending shaders", new: "New shaders", you: "Shaders for you" };

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
  useRefreshOnVisit(feedQuery(kind).queryKey);
  return (
    <ShaderList
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

/** The feed of the address; by default the personal one, for visitors trending. */
function useKind(): FeedKind {
  const [parameters] = useSearchParams();
  const visitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const requested = parameters.get("feed");
  if (requested === "trending" || requested === "new" || requested === "you") return requested;
  return visitor ? "trending" : "you";
}

function SignInFirst() {
  return (
    <EmptyState title="A feed of your own">
      <p className="mb-3">Sign in, and this page learns from your votes and from what you look at.</p>
      <ButtonLink to="/sign-in?next=/">Sign in</ButtonLink>
    </EmptyState>
  );
}
