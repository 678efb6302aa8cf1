import type { ReactNode } from "react";

/** The error of a whole form, above its submit button. */
export function FormError({ children }: { readonly children: ReactNode }) {
  if (!children) return null;
  return (
    <p role="alert" className="border-l-2 border-bad pl-3 text-sm">
      {children}
    </p>
  );
}
