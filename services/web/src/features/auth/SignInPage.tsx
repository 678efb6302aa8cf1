import { Link, useSearchParams } from "react-router";
import { safeReturnTo } from "../../lib/returnTo";
import { useTitle } from "../../lib/title";
import { AuthFrame } from "./AuthFrame";
import { PasskeySignIn } from "./PasskeySignIn";
import { ProviderButtons } from "./ProviderButtons";
import { useWays } from "./providerQueries";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  useTitle("Sign in");
  const [parameters] = useSearchParams();
  const { passwords, registration, mail } = useWays();
  return (
    <AuthFrame title="Sign in">
      {passwords ? <SignInForm /> : <PasskeySignIn />}
      <ProviderButtons returnTo={safeReturnTo(parameters.get("next"))} />
      {passwords && registration && (
        <p className="text-sm text-ink-2">
          No account yet?{" "}
          <Link to={{ pathname: "/register", search: parameters.toString() }} className="text-ink underline">
            Register
          </Link>
        </p>
      )}
      {passwords && mail && (
        <p className="text-sm text-ink-2">
          <Link to="/forgot" className="text-ink underline">
            Forgot your password?
          </Link>
        </p>
      )}
      {!registration && <p className="text-sm text-ink-2">This site takes no new accounts at the moment.</p>}
    </AuthFrame>
  );
}
