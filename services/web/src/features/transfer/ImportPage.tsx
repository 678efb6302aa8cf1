import { useTitle } from "../../lib/title";

export function ImportPage() {
  useTitle("Import");
  return <h1 className="p-4 text-xl">Import</h1>;
}
