import type { Schemas } from "../../../api/client";

/** A text whose differing pieces are bold. */
export function Parts({ parts }: { readonly parts: readonly Schemas["Span"][] }) {
  return parts.map(({ text, differs }, place) =>
    differs ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have nothing but their place.
      <strong key={place} className="font-semibold text-ink">
        {text}
      </strong>
    ) : (
      text
    ),
  );
}
