import { useTitle } from "../../lib/title";

export function EditorPage() {
  useTitle("Editor");
  return <h1 className="p-4 text-xl">Editor</h1>;
}
