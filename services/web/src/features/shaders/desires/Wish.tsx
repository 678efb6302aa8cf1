import { Link } from "react-router";
import { useDesire } from "./queries";

/** In the editor: the wish that the shader is to answer. */
export function Wish({ id }: { readonly id: string }) {
  const { data } = useDesire(id);
  if (data === undefined) return null;
  return (
    <p role="status" className="line-clamp-3 border-b border-line px-4 py-2 text-sm text-ink-2">
      {data.state === "open" ? "Once it is published it answers the wish " : "The wish is not open any more: "}
      <Link to={`/desires/${id}`} target="_blank" className="text-ink hover:underline">
        {data.prompt}
      </Link>
    </p>
  );
}
