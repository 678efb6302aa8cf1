import { useLocation } from "react-router";
import { useSession } from "../../api/session";
import { ButtonLink } from "../../components/ui/Button";
import { count } from "../../lib/labels";
import { written } from "./queries";
import { useInboxState } from "./useInboxState";

/** The way to the inbox, with how much is unread. On a phone it is there when something is; the menu has it always. */
export function InboxLink() {
  const account = useSession((state) => state.account);
  const unread = useInboxState()?.unread ?? 0;
  const { pathname } = useLocation();
  if (account === null) return null;
  return (
    <ButtonLink
      variant="quiet"
      to="/inbox"
      aria-current={pathname === "/inbox" ? "page" : undefined}
      className={`aria-[current]:text-ink max-sm:px-1 ${unread === 0 ? "max-sm:hidden" : ""}`}
    >
      <span className="max-sm:sr-only">Inbox</span>
      {unread > 0 && (
        <>
          <span
            aria-hidden="true"
            className="min-w-5 rounded-lg bg-ink px-1.5 text-center text-xs leading-5 text-ground"
          >
            {written(unread)}
          </span>
          <span className="sr-only">{unread > 99 ? "more than 99 notices" : count(unread, "notice")} unread</span>
        </>
      )}
    </ButtonLink>
  );
}
