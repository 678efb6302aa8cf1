import { useTitle } from "../../lib/title";

export function MissingPage() {
  useTitle("There is nothing at this address");
  return <h1 className="p-4 text-xl">There is nothing at this address</h1>;
}
