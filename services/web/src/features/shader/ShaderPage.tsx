import { useTitle } from "../../lib/title";

export function ShaderPage() {
  useTitle("Work");
  return <h1 className="p-4 text-xl">Work</h1>;
}
