import { useEffect, useState } from "react";
import { Link } from "react-router";
import { onDraftsChanged } from "../../lib/drafts/autosave";
import type { Draft } from "../../lib/drafts/draft";
import { draftStore } from "../../lib/drafts/store";
import { unfinished } from "./opening";
import { UnfinishedDrafts } from "./panels/UnfinishedDrafts";
import { TEMPLATES } from "./templates";
import { usePictures } from "./templates/usePictures";

/** `/new` where something was left unfinished: go on with it, or begin anew. */
export function StartPage({ drafts }: { readonly drafts: readonly Draft[] }) {
  const [listed, setListed] = useState(drafts);
  useEffect(
    () =>
      onDraftsChanged(async () => {
        setListed(await unfinished(await draftStore()));
      }),
    [],
  );
  return (
    <div className="mx-auto flex max-w-2xl flex-col gap-8 px-4 py-8">
      <section aria-labelledby="unfinished">
        <h1 id="unfinished" className="mb-3 text-lg font-medium">
          Unfinished work
        </h1>
        <UnfinishedDrafts drafts={listed} />
      </section>
      <Templates />
    </div>
  );
}

function Templates() {
  const pictures = usePictures();
  return (
    <section aria-labelledby="templates">
      <h2 id="templates" className="mb-3 text-lg font-medium">
        Begin anew
      </h2>
      <ul className="grid grid-cols-2 gap-x-1 gap-y-4 sm:grid-cols-3">
        {TEMPLATES.map(({ name, title, about }) => (
          <li key={name}>
            <Link to={`/new?template=${name}`} className="block hover:opacity-85">
              <span className="block aspect-video bg-raised">
                {pictures.has(name) && <img src={pictures.get(name)} alt="" className="size-full object-cover" />}
              </span>
              <span className="mt-1 block text-sm font-medium">{title}</span>
              <span className="block text-xs text-ink-2">{about}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
