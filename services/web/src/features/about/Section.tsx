import type { ReactNode } from "react";
import { Link } from "react-router";

interface Props {
  readonly id: string;
  readonly title: string;
  readonly children: ReactNode;
}

export function Section({ id, title, children }: Props) {
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <h2 id={id} className="scroll-mt-16 text-lg font-medium">
        {title}
      </h2>
      {children}
    </section>
  );
}

export function Code({ children }: { readonly children: ReactNode }) {
  return <code className="font-mono text-sm">{children}</code>;
}

/** Lines to copy. Long ones can be scrolled, by keyboard too. */
export function Lines({ name, children }: { readonly name: string; readonly children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
    <section tabIndex={0} aria-label={name} className="overflow-x-auto rounded-sm border border-line bg-raised p-3">
      <pre className="font-mono text-sm">{children}</pre>
    </section>
  );
}

export function A({ to, children }: { readonly to: string; readonly children: ReactNode }) {
  return (
    <Link to={to} className="underline decoration-ink-2 underline-offset-4 hover:decoration-ink">
      {children}
    </Link>
  );
}
