import { PictureRow } from "./PictureRow";
import { useSimilar } from "./queries";

/** Shaders that look and are built alike. */
export function MoreLikeThis({ id }: { readonly id: string }) {
  const { data } = useSimilar(id);
  return <PictureRow id="similar-title" heading="More like this" shaders={data?.items ?? []} authors />;
}
