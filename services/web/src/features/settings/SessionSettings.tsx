import type { Schemas } from "../../api/client";
import { signOut } from "../../api/session";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { Time } from "../../components/ui/Time";
import { toast, toastError } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { deviceName } from "./device";
import { useEndSession, useSessions } from "./queries";
import { Section } from "./Section";

export function SessionSettings() {
  const { data, error, refetch } = useSessions();
  const end = useEndSession();
  const endOthers = () => end.mutate("others", { onSuccess: () => toast("All other sessions have ended.") });
  return (
    <Section title="Sessions" note="Where you are signed in. A session that you end is over at once.">
      <LoadFailure error={error} onRetry={() => void refetch()} />
      {!data && !error && <p role="status">Loading your sessions…</p>}
      <ul className="flex flex-col divide-y divide-line">
        {data?.items.map((session) => (
          <Session key={session.id} session={session} onEnd={() => end.mutate(session.id, { onError: toastError })} />
        ))}
      </ul>
      <FormError>{formErrorsOf(end.error, {}).rest}</FormError>
      {data && data.items.length > 1 && (
        <Button className="self-start" onClick={endOthers} disabled={end.isPending}>
          End all other sessions
        </Button>
      )}
    </Section>
  );
}

interface SessionProps {
  readonly session: Schemas["SessionInfo"];
  readonly onEnd: () => void;
}

function Session({ session, onEnd }: SessionProps) {
  const device = deviceName(session.user_agent);
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p title={session.user_agent}>
          {device}
          {session.current && <span className="text-good"> · this one</span>}
        </p>
        <p className="text-sm text-ink-2">
          {session.address} · last used <Time at={session.last_used_at} /> · since <Time at={session.created_at} />
        </p>
      </div>
      {session.current ? (
        <Button onClick={() => void signOut().catch(toastError)}>Sign out</Button>
      ) : (
        <Button onClick={onEnd}>
          End<span className="sr-only"> the session of {device}</span>
        </Button>
      )}
    </li>
  );
}
