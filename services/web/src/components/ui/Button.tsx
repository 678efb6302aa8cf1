import type { ComponentProps } from "react";
import { Link, type LinkProps } from "react-router";

/** `main` is the primary action of a page, `danger` a destructive one. */
export type Variant = "plain" | "main" | "quiet" | "danger";

const SHAPE =
  "inline-flex h-8 items-center justify-center gap-2 whitespace-nowrap rounded-sm px-3 text-sm font-medium transition-opacity hover:opacity-85 disabled:cursor-not-allowed disabled:opacity-50 pointer-coarse:h-11";

const VARIANTS: Record<Variant, string> = {
  plain: "border border-line bg-raised text-ink",
  main: "bg-accent text-on-accent",
  quiet: "text-ink-2 hover:text-ink",
  danger: "border border-bad text-bad",
};

/** The classes of a button, for other elements. */
export function buttonClass(variant: Variant = "plain"): string {
  return `${SHAPE} ${VARIANTS[variant]}`;
}

export function Button({
  variant = "plain",
  className = "",
  ...rest
}: ComponentProps<"button"> & { readonly variant?: Variant }) {
  return <button type="button" className={`${buttonClass(variant)} ${className}`} {...rest} />;
}

export function ButtonLink({ variant = "plain", className = "", ...rest }: LinkProps & { readonly variant?: Variant }) {
  return <Link className={`${buttonClass(variant)} ${className}`} {...rest} />;
}
