import { useTitle } from "../../lib/title";

export function ExplorePage() {
  useTitle("Explore");
  return <h1 className="p-4 text-xl">Explore</h1>;
}
