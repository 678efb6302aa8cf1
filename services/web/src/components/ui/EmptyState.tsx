import type { ReactNode } from "react";
import { Button } from "./Button";

interface Props {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: { readonly label: string; readonly onAct: () => void };
}

/** Shown where there is no content: what happened, and what to do next. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <section className="mx-auto flex max-w-xl flex-col items-start gap-3 px-4 py-16" role="status">
      <h1 className="text-lg font-medium">{title}</h1>
      {children && <div className="text-ink-2">{children}</div>}
      {action && <Button onClick={action.onAct}>{action.label}</Button>}
    </section>
  );
}
