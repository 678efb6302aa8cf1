import { ShaderCanvas } from "../../components/player/ShaderCanvas";
import { ButtonLink } from "../../components/ui/Button";
import letterbox from "./empty-inbox.glsl?raw";
import { pathOf } from "./InboxHead";
import type { Filter } from "./queries";

/** Nothing to read, with a picture to look at instead. */
export function EmptyInbox({ filter }: { readonly filter: Filter }) {
  const narrowed = filter.unread || filter.kind !== null;
  return (
    <div className="flex min-h-[calc(100dvh-3rem)] flex-col">
      <ShaderCanvas
        source={letterbox}
        dialect="shadertoy"
        time={2}
        color="#120f16"
        interactive={false}
        label="A dark door with a letter slot, through which the evening sun falls into the hall"
        className="min-h-64 flex-1"
      />
      <section className="flex flex-wrap items-center justify-between gap-x-8 gap-y-4 px-4 py-6" role="status">
        <div>
          <h1 className="text-lg font-medium">{narrowed ? "Nothing of that is here" : "Nothing has come yet"}</h1>
          <p className="text-ink-2">
            {narrowed
              ? "You have read it all, or nothing of this kind has come."
              : "Forks of your shaders, votes for them and what concerns your account are told here."}
          </p>
        </div>
        <div className="flex gap-2">
          {narrowed ? (
            <ButtonLink to={pathOf({ unread: false, kind: null })}>Show everything</ButtonLink>
          ) : (
            <ButtonLink to="/new">Write a shader</ButtonLink>
          )}
          <ButtonLink variant="quiet" to="/settings/notices">
            Settings
          </ButtonLink>
        </div>
      </section>
    </div>
  );
}
