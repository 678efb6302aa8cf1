/**
 * Somebody came back from a provider with the address of an account. Who signs in to that account, here and once, has
 * shown that both are theirs; then they are linked.
 */

import { useEffect, useRef } from "react";
import { Navigate, useLocation } from "react-router";
import { useSession } from "../../api/session";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { formErrorsOf } from "../../lib/formErrors";
import { safeReturnTo } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { AuthFrame } from "./AuthFrame";
import { PasskeySignIn } from "./PasskeySignIn";
import { ProviderButtons } from "./ProviderButtons";
import { useConfirmLink, useWays } from "./providerQueries";
import { SignInForm } from "./SignInForm";

interface Came {
  readonly provider?: string;
  readonly email?: string;
}

export function ProviderLinkPage() {
  useTitle("Link your account");
  const status = useSession((state) => state.status);
  const { data, error, mutate } = useConfirmLink();
  const isSent = useRef(false);
  useEffect(() => {
    if (status !== "signed-in" || isSent.current) return;
    isSent.current = true;
    mutate();
  }, [status, mutate]);
  if (error !== null) {
    return (
      <EmptyState title="Nothing was linked">
        <span className="flex flex-col items-start gap-4">
          <span role="alert">{formErrorsOf(error, {}).rest}</span>
          <ButtonLink to="/settings/sign-in">See how you sign in</ButtonLink>
        </span>
      </EmptyState>
    );
  }
  if (data !== undefined) return <Navigate to={safeReturnTo(data.return_to)} replace />;
  return (
    <AuthFrame title="You have an account here" forEverybody>
      {status === "signed-in" || status === "unknown" ? <p role="status">Linking…</p> : <SignInOnce />}
    </AuthFrame>
  );
}

function SignInOnce() {
  const { provider = "", email } = (useLocation().state ?? {}) as Came;
  const { passwords, providers } = useWays();
  const label = providers.find(({ name }) => name === provider)?.label ?? "the provider";
  return (
    <>
      <p className="text-ink-2">
        An account with {email ?? "your address"} exists. Sign in to it once; from then on {label} opens it, too.
      </p>
      {passwords ? <SignInForm /> : <PasskeySignIn />}
      <ProviderButtons returnTo="/sign-in/link" except={provider} />
    </>
  );
}
