import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { Time } from "../../components/ui/Time";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { useIdentities, useLink, useUnlink } from "./providerQueries";
import { Section } from "./Section";
import { useSecurity } from "./securityQueries";

const EITHER = new Intl.ListFormat("en", { type: "disjunction" });

/** The ways into the account, as a sentence. */
function signsInWith(has: { readonly password: boolean; readonly passkey: boolean; readonly linked: boolean }): string {
  const ways = [
    ...(has.password ? ["your password"] : []),
    ...(has.passkey ? ["a passkey"] : []),
    ...(has.linked ? ["what is linked here"] : []),
  ];
  if (ways.length === 0) return "Your account has no password.";
  return `You sign in with ${EITHER.format(ways)}.`;
}

/** The providers that lead into the account. */
export function SignInSettings() {
  const { data, error, refetch } = useIdentities();
  const passkeys = useSecurity().data?.passkeys ?? [];
  const link = useLink();
  if (!data) {
    return (
      <Section title="Sign-in">
        <LoadFailure error={error} onRetry={() => void refetch()} />
        {!error && <p role="status">Loading how you sign in…</p>}
      </Section>
    );
  }
  const { has_password, identities, providers } = data;
  return (
    <Section
      title="Sign-in"
      note={signsInWith({ password: has_password, passkey: passkeys.length > 0, linked: identities.length > 0 })}
    >
      {identities.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {identities.map((identity) => (
            <Linked key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
      {providers.length === 0 && <p className="text-sm text-ink-2">This site has nothing else to link.</p>}
      <div className="flex flex-wrap gap-2">
        {providers.map(({ name, label }) => (
          <Button key={name} disabled={link.isPending} onClick={() => link.mutate(name)}>
            Link {label}
          </Button>
        ))}
      </div>
      <FormError>{formErrorsOf(link.error, {}).rest}</FormError>
    </Section>
  );
}

function Linked({ identity }: { readonly identity: Schemas["Identity"] }) {
  const { id, label, email, linked_at, last_used_at } = identity;
  const { mutate, error, isPending } = useUnlink();
  const end = () => mutate(id, { onSuccess: () => toast(`${label} is unlinked.`) });
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3">
      <div className="min-w-0">
        <p className="break-words">
          {label}
          {email && <span className="text-ink-2"> · {email}</span>}
        </p>
        <p className="text-sm text-ink-2">
          linked <Time at={linked_at} /> · last used <Time at={last_used_at} />
        </p>
      </div>
      <Button disabled={isPending} onClick={end} aria-label={`Unlink ${label}${email ? `, ${email}` : ""}`}>
        Unlink
      </Button>
      <FormError>{formErrorsOf(error, {}).rest}</FormError>
    </li>
  );
}
