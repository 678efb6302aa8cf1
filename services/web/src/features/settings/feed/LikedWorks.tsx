import { Link } from "react-router";
import type { Schemas } from "../../../api/client";
import { toastError } from "../../../components/ui/toastStore";
import { stillOf } from "../../../lib/stills";
import { useForgetWork } from "./queries";

type Work = Schemas["LikedWork"];

const CAUSES: Record<Work["cause"], string> = { voted: "Voted for", forked: "Forked", looked: "Looked at" };

/** The works that the feed learnt most from, each with a way to forget it. */
export function LikedWorks({ works }: { readonly works: readonly Work[] }) {
  return (
    <div className="flex flex-col gap-2">
      <h3 className="text-sm font-medium">Works that it learnt from</h3>
      <ul className="grid grid-cols-2 gap-x-3 gap-y-4 sm:grid-cols-3">
        {works.map((work) => (
          <LikedWork key={work.shader.id} work={work} />
        ))}
      </ul>
    </div>
  );
}

function LikedWork({ work: { shader, cause } }: { readonly work: Work }) {
  const forget = useForgetWork();
  return (
    <li className={`flex min-w-0 flex-col gap-1 text-sm ${forget.isPending ? "opacity-50" : ""}`}>
      <Link to={`/s/${shader.id}`} className="block min-w-0 hover:text-accent">
        <img
          {...stillOf(shader, "12rem")}
          alt=""
          width={640}
          height={360}
          loading="lazy"
          className="aspect-video w-full object-cover"
          style={{ backgroundColor: shader.average_color ?? "var(--raised)" }}
        />
        <span className="mt-1 block truncate">{shader.title}</span>
      </Link>
      <p className="flex items-center justify-between text-xs text-ink-2">
        {CAUSES[cause]}
        <button
          type="button"
          className="h-6 hover:text-ink pointer-coarse:h-11"
          disabled={forget.isPending}
          onClick={() => forget.mutate(shader.id, { onError: toastError })}
        >
          Forget<span className="sr-only"> {shader.title}</span>
        </button>
      </p>
    </li>
  );
}
