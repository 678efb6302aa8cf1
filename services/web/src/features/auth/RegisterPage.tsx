import { useTitle } from "../../lib/title";

export function RegisterPage() {
  useTitle("Register");
  return <h1 className="p-4 text-xl">Register</h1>;
}
