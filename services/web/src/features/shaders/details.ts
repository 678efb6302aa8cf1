/** The details of a shader (title, licence, visibility, ...) between the API and the forms. */

import type { Schemas } from "../../api/client";
import type { Details } from "../../lib/drafts/draft";
import type { Licence } from "../../lib/licences";

type Described = Pick<
  Schemas["ShaderPublic"],
  "title" | "description" | "tags" | "licence" | "ai_label" | "visibility" | "still_time"
>;

export function detailsOf(shader: Described): Details {
  return {
    title: shader.title,
    description: shader.description,
    tags: shader.tags,
    licence: shader.licence as Licence,
    aiLabel: shader.ai_label,
    visibility: shader.visibility,
    stillTime: shader.still_time,
  };
}

/** As the API takes them; visibility and the second of the still are sent where the request is about them. */
export function detailsBody({ title, description, tags, licence, aiLabel }: Details) {
  return { title: title.trim() || "Untitled", description, tags: [...tags], licence, ai_label: aiLabel };
}
