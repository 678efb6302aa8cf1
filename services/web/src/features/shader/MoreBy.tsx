import { Link } from "react-router";
import { stillOf } from "../../lib/stills";
import { type Shader, useMoreBy } from "./queries";

const SIZES = "(min-width: 1024px) 20vw, (min-width: 640px) 33vw, 50vw";

/** Other shaders of the same author. */
export function MoreBy({ shader }: { readonly shader: Shader }) {
  const { data } = useMoreBy(shader.author.handle, shader.id);
  if (data === undefined || data.length === 0) return null;
  return (
    <section aria-labelledby="more-title" className="mt-12">
      <h2 id="more-title" className="px-3 pb-2 text-sm font-medium">
        More by{" "}
        <Link to={`/u/${shader.author.handle}`} className="underline">
          {shader.author.display_name}
        </Link>
      </h2>
      <ul className="grid grid-cols-2 gap-1 sm:grid-cols-3 lg:grid-cols-5">
        {data.map((other) => (
          <li key={other.id}>
            <Link to={`/s/${other.id}`} className="block">
              <span
                className="block aspect-video bg-raised"
                style={other.average_color === null ? undefined : { backgroundColor: other.average_color }}
              >
                {other.still_url && (
                  <img
                    {...stillOf(other, SIZES)}
                    alt=""
                    loading="lazy"
                    width={640}
                    height={360}
                    className="size-full object-cover"
                  />
                )}
              </span>
              <span className="block truncate px-2 py-1 text-sm">{other.title}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
