import { Link } from "react-router";
import { PictureRow } from "./PictureRow";
import { type Shader, useMoreBy } from "./queries";

/** Other shaders of the same author. */
export function MoreBy({ shader }: { readonly shader: Shader }) {
  const { data = [] } = useMoreBy(shader.author.handle, shader.id);
  const author = (
    <Link to={`/u/${shader.author.handle}`} className="underline">
      {shader.author.display_name}
    </Link>
  );
  return <PictureRow id="more-title" heading={<>More by {author}</>} shaders={data} />;
}
