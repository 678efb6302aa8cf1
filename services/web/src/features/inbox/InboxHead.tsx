import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "react-router";
import { Button, ButtonLink } from "../../components/ui/Button";
import { Select } from "../../components/ui/Select";
import { toastError } from "../../components/ui/toastStore";
import { noticeSettingsQuery } from "../../lib/noticeSettings";
import { type Filter, useMarkRead } from "./queries";

interface Props {
  readonly filter: Filter;
  /** The place until which all is read by the button; null while nothing is shown. */
  readonly since: string | null;
  readonly unread: number;
}

/** The heading, what is shown of the inbox, and what can be done with all of it. */
export function InboxHead({ filter, since, unread }: Props) {
  const markRead = useMarkRead();
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h1 className="text-xl font-medium">Inbox</h1>
        <div className="flex gap-1">
          <Button
            disabled={since === null || unread === 0 || markRead.isPending}
            onClick={() => since !== null && markRead.mutate({ until: since }, { onError: toastError })}
          >
            Mark all read
          </Button>
          <ButtonLink variant="quiet" to="/settings/notices">
            Settings
          </ButtonLink>
        </div>
      </div>
      <Shown filter={filter} />
    </div>
  );
}

function Shown({ filter }: Pick<Props, "filter">) {
  const navigate = useNavigate();
  const { data } = useQuery(noticeSettingsQuery);
  const kinds = data?.items.map(({ kind, title }) => [kind, title] as const) ?? [];
  const tabs = [
    [false, "All"],
    [true, "Unread"],
  ] as const;
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2">
      <nav aria-label="Show" className="flex gap-x-4 text-sm">
        {tabs.map(([unread, label]) => (
          <Link
            key={label}
            to={pathOf({ ...filter, unread })}
            aria-current={unread === filter.unread ? "page" : undefined}
            className="flex h-9 items-center text-ink-2 hover:text-ink aria-[current]:font-medium aria-[current]:text-ink pointer-coarse:h-11"
          >
            {label}
          </Link>
        ))}
      </nav>
      <Select
        label="Kind of notice"
        value={filter.kind ?? ""}
        options={[["", "Of every kind"], ...kinds]}
        onChange={(kind) => void navigate(pathOf({ ...filter, kind: kind || null }))}
        className="max-w-full"
      />
    </div>
  );
}

/** The address of the inbox with that filter. */
export function pathOf({ unread, kind }: Filter): string {
  const query = new URLSearchParams({ ...(unread && { show: "unread" }), ...(kind !== null && { kind }) });
  return query.size > 0 ? `/inbox?${query}` : "/inbox";
}
