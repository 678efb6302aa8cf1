import type { ReactNode } from "react";

/** What keeps a form from being sent, over its button. */
export function FormError({ children }: { readonly children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="border-l-2 border-bad pl-3 text-sm">
      {children}
    </p>
  );
}
