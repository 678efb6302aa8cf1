import type { ReactNode } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { useSession } from "../../api/session";
import { safeNext } from "../../lib/next";
import { useFirstWork } from "./queries";

interface Props {
  readonly title: string;
  readonly children: ReactNode;
}

/** The form, and on wide windows a work beside it. Who is signed in goes on to where they wanted to be. */
export function AuthFrame({ title, children }: Props) {
  const status = useSession((state) => state.status);
  const [parameters] = useSearchParams();
  if (status === "signed-in") return <Navigate to={safeNext(parameters.get("next"))} replace />;
  return (
    <div className="grid min-h-[calc(100dvh-3rem)] lg:grid-cols-[minmax(24rem,2fr)_3fr]">
      <section className="mx-auto flex w-full max-w-sm flex-col gap-6 px-4 py-10 lg:justify-center lg:py-16">
        <h1 className="text-xl font-medium">{title}</h1>
        {status === "unknown" ? <p role="status">Looking whether you are signed in…</p> : children}
      </section>
      <Picture />
    </div>
  );
}

function Picture() {
  const { data: work } = useFirstWork();
  return (
    <aside
      aria-label="A work of the gallery"
      className="relative bg-raised max-lg:hidden"
      style={work ? { backgroundColor: work.average_color ?? undefined } : undefined}
    >
      {work?.still_url && (
        <>
          <img src={work.still_url} alt="" className="absolute inset-0 size-full object-cover" />
          <Link to={`/s/${work.id}`} className="absolute bottom-3 left-3 rounded-sm bg-ground px-3 py-1 text-sm">
            {work.title} <span className="text-ink-2">by {work.author.display_name}</span>
          </Link>
        </>
      )}
    </aside>
  );
}
