import type { ReactNode } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { safeReturnTo } from "../../lib/returnTo";
import { stillOf } from "../../lib/stills";
import { useFeaturedShader } from "./queries";

/** The picture is as high as the window and cut at its sides. */
const SIZES = "max(60vw, 178vh)";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
  /** The page is for those who are signed in, too. */
  readonly forEverybody?: boolean;
}

/** The layout of sign-in and what belongs to it. An account that is signed in is redirected to `next`. */
export function AuthFrame({ title, children, forEverybody = false }: Props) {
  const status = useSession((state) => state.status);
  const [parameters] = useSearchParams();
  if (status === "signed-in" && !forEverybody) return <Navigate to={safeReturnTo(parameters.get("next"))} replace />;
  return (
    <div className="grid min-h-[calc(100dvh-3rem)] lg:grid-cols-[minmax(24rem,2fr)_3fr]">
      <section className="mx-auto flex w-full max-w-sm flex-col gap-6 px-4 py-10 lg:justify-center lg:py-16">
        <h1 className="text-xl font-medium">{title}</h1>
        {status === "unknown" && !forEverybody ? <p role="status">Looking whether you are signed in…</p> : children}
      </section>
      <Picture />
    </div>
  );
}

function Picture() {
  const { data: shader } = useFeaturedShader();
  return (
    <aside
      aria-label="A shader of the gallery"
      className="relative bg-raised max-lg:hidden"
      style={shader ? { backgroundColor: shader.average_color ?? undefined } : undefined}
    >
      {shader?.still_url && (
        <>
          <img {...stillOf(shader, SIZES)} alt="" className="absolute inset-0 size-full object-cover" />
          <Link to={`/s/${shader.id}`} className="absolute bottom-3 left-3 rounded-sm bg-ground px-3 py-1 text-sm">
            {shader.title} <span className="text-ink-2">by {shader.author.display_name}</span>
          </Link>
        </>
      )}
    </aside>
  );
}
