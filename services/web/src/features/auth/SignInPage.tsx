import { useTitle } from "../../lib/title";

export function SignInPage() {
  useTitle("Sign in");
  return <h1 className="p-4 text-xl">Sign in</h1>;
}
