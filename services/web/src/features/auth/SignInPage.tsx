import { Link, useSearchParams } from "react-router";
import { useTitle } from "../../lib/title";
import { AuthFrame } from "./AuthFrame";
import { SignInForm } from "./SignInForm";

export function SignInPage() {
  useTitle("Sign in");
  const [parameters] = useSearchParams();
  return (
    <AuthFrame title="Sign in">
      <SignInForm />
      <p className="text-sm text-ink-2">
        No account yet?{" "}
        <Link to={{ pathname: "/register", search: parameters.toString() }} className="text-ink underline">
          Register
        </Link>
      </p>
      <p className="text-sm text-ink-2">
        <Link to="/forgot" className="text-ink underline">
          Forgot your password?
        </Link>
      </p>
    </AuthFrame>
  );
}
