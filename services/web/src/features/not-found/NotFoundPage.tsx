import { ShaderCanvas } from "../../components/player/ShaderCanvas";
import { ButtonLink } from "../../components/ui/Button";
import { useTitle } from "../../lib/title";
import gone from "./not-found.glsl?raw";

/** The page for an unknown address, with a shader of its own. */
export function NotFoundPage() {
  useTitle("There is nothing at this address");
  return (
    <div className="flex min-h-[calc(100dvh-3rem)] flex-col">
      <ShaderCanvas
        source={gone}
        dialect="shadertoy"
        time={0.6}
        color="#14110f"
        interactive={false}
        label="A pale place on a wall where a picture hung, under a swinging lamp"
        className="min-h-64 flex-1"
      />
      <section className="flex flex-wrap items-center justify-between gap-x-8 gap-y-4 px-4 py-6">
        <div>
          <h1 className="text-lg font-medium">There is nothing at this address</h1>
          <p className="text-ink-2">What hung here was taken down, or the address has a mistake in it.</p>
        </div>
        <div className="flex gap-2">
          <ButtonLink to="/">Back to the gallery</ButtonLink>
          <ButtonLink to="/explore">Search</ButtonLink>
        </div>
      </section>
    </div>
  );
}
