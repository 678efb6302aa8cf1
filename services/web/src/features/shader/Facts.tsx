import type { ReactNode } from "react";
import { Link } from "react-router";
import { day } from "../../lib/dates";
import { count } from "../../lib/labels";
import { licenceAddress, licenceFullName } from "../../lib/licences";
import { choicesWith } from "../../lib/shaderChoices";
import type { Shader } from "./queries";

const CHOICES = choicesWith("fact");

/** The metadata of a shader. */
export function Facts({ shader }: { readonly shader: Shader }) {
  const date = shader.published_at ?? shader.created_at;
  return (
    <section aria-label="Facts" className="flex flex-col gap-4">
      {shader.description !== "" && <p className="whitespace-pre-line">{shader.description}</p>}
      {shader.tags.length > 0 && <Tags tags={shader.tags} />}
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
        <Fact name="Author">
          <Link to={`/u/${shader.author.handle}`} className="underline">
            {shader.author.display_name}
          </Link>
        </Fact>
        <Fact name="Licence">
          <Licence licence={shader.licence} />
          {shader.inherited_licence != null && shader.inherited_licence !== shader.licence && (
            <span className="block text-ink-2">and what it builds on: {licenceFullName(shader.inherited_licence)}</span>
          )}
        </Fact>
        {CHOICES.map(([name, { fact, labels }]) => (
          <Fact key={name} name={fact}>
            {labels[shader[name]]}
          </Fact>
        ))}
        <Fact name={shader.published_at === null ? "Begun" : "Published"}>
          <time dateTime={date}>{day(date)}</time>
        </Fact>
        <SeenBy shader={shader} />
        <Fact name="Votes">
          {shader.up} up, {shader.down} down, score {shader.score}
        </Fact>
        {shader.forks > 0 && <Fact name="Forks">{count(shader.forks, "fork")}</Fact>}
      </dl>
    </section>
  );
}

const SEEN_BY = { unlisted: "who has the link", private: "only you", draft: "only you: it is a draft" } as const;

function SeenBy({ shader }: { readonly shader: Shader }) {
  if (shader.awaits_review) return <Fact name="Seen by">its author and moderators, for now</Fact>;
  return shader.visibility !== "public" && <Fact name="Seen by">{SEEN_BY[shader.visibility]}</Fact>;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Licence({ licence }: { readonly licence: string }) {
  const address = licenceAddress(licence);
  if (address === null) return licenceFullName(licence);
  return (
    <a href={address} rel="license noreferrer" target="_blank" className="underline">
      {licenceFullName(licence)}
    </a>
  );
}

function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <ul aria-label="Tags" className="flex flex-wrap gap-x-3 gap-y-1 text-sm">
      {tags.map((tag) => (
        <li key={tag}>
          <Link
            to={`/explore?tag=${encodeURIComponent(tag)}`}
            className="text-ink-2 hover:text-ink hover:underline pointer-coarse:inline-block pointer-coarse:py-3"
          >
            #{tag}
          </Link>
        </li>
      ))}
    </ul>
  );
}
