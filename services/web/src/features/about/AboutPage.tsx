import { useTitle } from "../../lib/title";

export function AboutPage() {
  useTitle("About");
  return <h1 className="p-4 text-xl">About</h1>;
}
