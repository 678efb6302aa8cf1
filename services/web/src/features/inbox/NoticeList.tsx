import { useRef } from "react";
import { Link } from "react-router";
import { Button } from "../../components/ui/Button";
import { Time } from "../../components/ui/Time";
import { toastError } from "../../components/ui/toastStore";
import { type Notice, useMarkRead } from "./queries";
import { useNoticeKeys } from "./useNoticeKeys";

interface Props {
  readonly notices: readonly Notice[];
}

/** Notices as lines: a picture where it is about one, what happened, and when. */
export function NoticeList({ notices }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { mutate } = useMarkRead();
  const read = (notice: Notice) => {
    if (notice.read_at === null) mutate({ ids: [notice.id] }, { onError: toastError });
  };
  const { leave, onKeyDown } = useNoticeKeys(list, (id) => {
    const notice = notices.find((each) => each.id === id);
    if (notice !== undefined) read(notice);
  });
  return (
    <ul
      ref={list}
      aria-label="Notices"
      aria-keyshortcuts="J K E"
      onKeyDown={onKeyDown}
      className="flex flex-col divide-y divide-line border-y border-line"
    >
      {notices.map((notice) => (
        <Line
          key={notice.id}
          notice={notice}
          onOpen={() => read(notice)}
          onRead={() => {
            leave(notice.id);
            read(notice);
          }}
        />
      ))}
    </ul>
  );
}

interface LineProps {
  readonly notice: Notice;
  readonly onOpen: () => void;
  readonly onRead: () => void;
}

function Line({ notice, onOpen, onRead }: LineProps) {
  const unread = notice.read_at === null;
  return (
    <li data-notice={notice.id} className="relative flex items-center gap-3 py-3 hover:bg-raised">
      <span aria-hidden="true" className={`size-2 flex-none rounded-lg ${unread ? "bg-accent" : ""}`} />
      <Picture notice={notice} />
      <div className="min-w-0 flex-1">
        <Link
          to={notice.link}
          onClick={onOpen}
          className={`after:absolute after:inset-0 ${unread ? "font-medium text-ink" : "text-ink-2"}`}
        >
          {unread && <span className="sr-only">Unread: </span>}
          {notice.text}
        </Link>
        <p className="text-xs text-ink-2">
          <Time at={notice.told_at} />
        </p>
      </div>
      {unread && (
        <Button
          variant="quiet"
          className="relative max-sm:px-1"
          onClick={onRead}
          aria-label={`Mark read: ${notice.text}`}
        >
          <span className="max-sm:hidden">Mark read</span>
          <span className="sm:hidden">Read</span>
        </Button>
      )}
    </li>
  );
}

/** Of what everybody may see, so that a picture can be asked for without a sign-in. */
const PICTURED = new Set(["forked", "voted", "shown_again", "review_passed"]);

function Picture({ notice: { kind, about } }: Pick<LineProps, "notice">) {
  if (!PICTURED.has(kind)) return null;
  return (
    <img
      src={`/api/v1/shaders/${encodeURIComponent(about)}/still?width=320`}
      alt=""
      width={64}
      height={36}
      loading="lazy"
      className="h-9 w-16 flex-none bg-raised object-cover"
      onError={({ currentTarget }) => {
        currentTarget.hidden = true;
      }}
    />
  );
}
