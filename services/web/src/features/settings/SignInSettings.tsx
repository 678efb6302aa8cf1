import type { Schemas } from "../../api/client";
import { Button } from "../../components/ui/Button";
import { FormError } from "../../components/ui/FormError";
import { Time } from "../../components/ui/Time";
import { toast } from "../../components/ui/toastStore";
import { formErrorsOf } from "../../lib/formErrors";
import { useIdentities, useLink, useUnlink } from "./providerQueries";
import { Section } from "./Section";

/** The providers that lead into the account. */
export function SignInSettings() {
  const { data, error, refetch } = useIdentities();
  const link = useLink();
  if (error) {
    return (
      <Section title="Sign-in">
        <FormError>{formErrorsOf(error, {}).rest}</FormError>
        <Button className="self-start" onClick={() => void refetch()}>
          Try again
        </Button>
      </Section>
    );
  }
  if (!data) return <p role="status">Loading how you sign in…</p>;
  const { has_password, identities, providers } = data;
  return (
    <Section
      title="Sign-in"
      note={`You sign in ${has_password ? "with your password" : "without a password"}${identities.length > 0 ? ", or with what is linked here" : ""}.`}
    >
      {identities.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {identities.map((identity) => (
            <Linked key={identity.id} identity={identity} />
          ))}
        </ul>
      )}
      {providers.length === 0 && <p className="text-sm text-ink-2">This site has no other way to sign in.</p>}
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
