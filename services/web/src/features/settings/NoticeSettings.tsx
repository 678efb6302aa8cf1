import { useQuery } from "@tanstack/react-query";
import type { Schemas } from "../../api/client";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { Select } from "../../components/ui/Select";
import { toastError } from "../../components/ui/toastStore";
import { optionsOf } from "../../lib/labels";
import { type KindSettings, noticeSettingsQuery } from "../../lib/noticeSettings";
import { useChooseKind } from "./queries";
import { Section } from "./Section";

const MAILS: Record<Schemas["MailTiming"], string> = {
  none: "No mail",
  digest: "In the daily mail",
  now: "A mail at once",
};

export function NoticeSettings() {
  const { data, error, refetch } = useQuery(noticeSettingsQuery);
  return (
    <Section title="Notices" note="What you are told, and where. Each mail has a link that ends mails of its kind.">
      <LoadFailure error={error} onRetry={() => void refetch()} />
      {!data && !error && <p role="status">Loading what you hear of…</p>}
      {data && !data.mail_on && <p className="text-sm text-ink-2">This site sends no mail at present.</p>}
      <ul className="flex flex-col divide-y divide-line">
        {data?.items.map((settings) => (
          <Kind key={settings.kind} settings={settings} />
        ))}
      </ul>
    </Section>
  );
}

function Kind({ settings }: { readonly settings: KindSettings }) {
  const { kind, title, security, page, mail } = settings;
  const { mutate, isPending } = useChooseKind(kind);
  const choose = (change: Partial<Schemas["KindChoice"]>) => mutate({ page, mail, ...change }, { onError: toastError });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-3">
      <span id={`notices-${kind}`} className="min-w-0">
        {title}
      </span>
      {security ? (
        <span className="flex min-h-8 items-center text-sm text-ink-2">Always, for the safety of your account</span>
      ) : (
        <fieldset aria-labelledby={`notices-${kind}`} disabled={isPending} className="flex items-center gap-4">
          <label className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
            <input
              type="checkbox"
              className="size-4 flex-none accent-accent"
              checked={page}
              onChange={({ target }) => choose({ page: target.checked })}
            />
            Inbox
          </label>
          <Select
            label={`Mails: ${title}`}
            value={mail}
            options={optionsOf(MAILS)}
            onChange={(chosen) => choose({ mail: chosen })}
          />
        </fieldset>
      )}
    </li>
  );
}
