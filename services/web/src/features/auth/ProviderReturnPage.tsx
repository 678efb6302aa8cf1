/**
 * Where a provider leads back to. What it put into the address is taken out of it at once, and sent once.
 */

import { useEffect, useRef, useState } from "react";
import { Navigate, useParams } from "react-router";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { formErrorsOf } from "../../lib/formErrors";
import { safeReturnTo } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { AuthFrame } from "./AuthFrame";
import { NewAccountForm } from "./NewAccountForm";
import { useFinish } from "./providerQueries";

export function ProviderReturnPage() {
  useTitle("Sign in");
  const { provider = "" } = useParams();
  const { mutate, data, error } = useFinish();
  const [came] = useState(() => new URLSearchParams(location.search));
  const isSent = useRef(false);
  useEffect(() => {
    if (isSent.current) return;
    isSent.current = true;
    history.replaceState(history.state, "", location.pathname);
    const given = (name: string) => came.get(name) || null;
    const state = given("state") ?? "none";
    mutate({ name: provider, state, code: given("code"), iss: given("iss"), error: given("error") });
  }, [came, provider, mutate]);
  if (error !== null) return <Failed error={error} />;
  if (data === undefined)
    return (
      <AuthFrame title="Sign in" forEverybody>
        <p role="status">Signing you in…</p>
      </AuthFrame>
    );
  if (data.next === "known") {
    return <Navigate to="/sign-in/link" state={{ provider, email: data.proposal?.email }} replace />;
  }
  if (data.next === "new" && data.proposal) {
    return (
      <AuthFrame title="Make your account" forEverybody>
        <NewAccountForm proposal={data.proposal} />
      </AuthFrame>
    );
  }
  return <Navigate to={safeReturnTo(data.return_to)} replace />;
}

function Failed({ error }: { readonly error: Error }) {
  return (
    <EmptyState title="This sign-in did not work">
      <span className="flex flex-col gap-4">
        <span role="alert">{formErrorsOf(error, {}).rest}</span>
        <span className="flex gap-2">
          <ButtonLink to="/sign-in" variant="main">
            Sign in
          </ButtonLink>
          <ButtonLink to="/">See the gallery</ButtonLink>
        </span>
      </span>
    </EmptyState>
  );
}
