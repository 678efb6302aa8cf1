import type { ReactNode } from "react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { stillOf } from "../../lib/stills";

const SIZES = "(min-width: 1024px) 20vw, (min-width: 640px) 33vw, 50vw";

interface Props {
  readonly id: string;
  readonly heading: ReactNode;
  /** Six fill two or three columns; where there are five, the sixth is not shown. */
  readonly shaders: readonly Schemas["ShaderSummary"][];
  /** Whether each says whose it is. */
  readonly authors?: boolean;
}

/** Other shaders as pictures below a heading; nothing where there are none. */
export function PictureRow({ id, heading, shaders, authors = false }: Props) {
  if (shaders.length === 0) return null;
  return (
    <section aria-labelledby={id} className="mt-12">
      <h2 id={id} className="px-3 pb-2 text-sm font-medium">
        {heading}
      </h2>
      <ul className="grid grid-cols-2 gap-1 sm:grid-cols-3 lg:grid-cols-5 lg:[&>li:nth-child(n+6)]:hidden">
        {shaders.map((shader) => (
          <li key={shader.id} className="min-w-0">
            <Link to={`/s/${shader.id}`} className="block">
              <span
                className="block aspect-video bg-raised"
                style={shader.average_color === null ? undefined : { backgroundColor: shader.average_color }}
              >
                {shader.still_url && (
                  <img
                    {...stillOf(shader, SIZES)}
                    alt=""
                    loading="lazy"
                    width={640}
                    height={360}
                    className="size-full object-cover"
                  />
                )}
              </span>
              <span className="block truncate px-2 pt-1 text-sm">{shader.title}</span>
              {authors && (
                <span className="block truncate px-2 pb-1 text-xs text-ink-2">{shader.author.display_name}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
