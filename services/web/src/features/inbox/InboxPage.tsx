import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";
import { Button } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { SignedIn } from "../../components/ui/SignedIn";
import { useTitle } from "../../lib/title";
import { EmptyInbox } from "./EmptyInbox";
import { InboxHead } from "./InboxHead";
import { NoticeList } from "./NoticeList";
import { type Filter, inboxQuery } from "./queries";

/** What one was told, the newest first. */
export function InboxPage() {
  useTitle("Inbox");
  return <SignedIn>{() => <Inbox />}</SignedIn>;
}

function Inbox() {
  const [address] = useSearchParams();
  const filter: Filter = { unread: address.get("show") === "unread", kind: address.get("kind") };
  const query = useInfiniteQuery(inboxQuery(filter));
  const first = query.data?.pages[0];
  const notices = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.error !== null && first === undefined) {
    const retry = { label: "Try again", onAct: () => void query.refetch() };
    return (
      <EmptyState title="Your inbox could not be loaded" action={retry}>
        {query.error.message}
      </EmptyState>
    );
  }
  if (first !== undefined && notices.length === 0) return <EmptyInbox filter={filter} />;
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-4 px-4 py-6">
      <InboxHead filter={filter} since={first?.since ?? null} unread={first?.unread ?? 0} />
      {first === undefined ? <p role="status">Loading your inbox…</p> : <NoticeList notices={notices} />}
      {query.hasNextPage && (
        <Button className="self-center" disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          Older
        </Button>
      )}
    </div>
  );
}
