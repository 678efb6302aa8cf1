/** The details of a shader (title, licence, visibility, ...) between the API and the forms. */

import type { Schemas } from "../../api/client";
import type { Details } from "../../lib/drafts/draft";
import type { Licence } from "../../lib/licences";
import { type Chosen, chosenOf } from "../../lib/shaderChoices";

type Described = Pick<
  Schemas["ShaderPublic"],
  "title" | "description" | "tags" | "licence" | "still_time" | keyof Chosen
>;

export function detailsOf(shader: Described): Details {
  return {
    title: shader.title,
    description: shader.description,
    tags: shader.tags,
    licence: shader.licence as Licence,
    ...chosenOf(shader),
    stillTime: shader.still_time,
  };
}

/** As the API takes them; visibility and the second of the still are sent where the request is about them. */
export function detailsBody(details: Details) {
  const { title, description, tags, licence } = details;
  const { visibility: _, ...chosen } = chosenOf(details);
  return { title: title.trim() || "Untitled", description, tags: [...tags], licence, ...chosen };
}
