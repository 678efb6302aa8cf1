import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ParameterValues } from "../../../runtime";
import { api, ok } from "../../api/client";
import { keys } from "../../api/keys";
import { ShaderCanvas } from "../../components/player/ShaderCanvas";
import { usePlayerView } from "../../components/player/usePlayerView";
import { claimLive } from "../../player/live";
import type { Player } from "../../player/Player";
import type { ShaderSummary } from "./shaderPages";

/** The running shader over the pictures of its card, one at a time on a page; the pictures stay where it is too heavy. */
export function CardLive({ shader }: { readonly shader: ShaderSummary }) {
  const [player, setPlayer] = useState<Player | null>(null);
  const [stopped, setStopped] = useState(false);
  const { status, frame } = usePlayerView(player);
  const { data } = useQuery({
    queryKey: keys.shader(shader.id),
    queryFn: () => ok(api.GET("/api/v1/shaders/{shader_id}", { params: { path: { shader_id: shader.id } } })),
  });
  useEffect(() => claimLive(() => setStopped(true)), []);
  if (stopped || data === undefined) return null;
  const shown = status === "playing" && frame > 1;
  return (
    <div aria-hidden="true" data-live="" className={`absolute inset-0 transition-opacity ${shown ? "" : "opacity-0"}`}>
      <ShaderCanvas
        source={data.source}
        dialect={data.dialect}
        parameters={data.parameter_values as ParameterValues}
        interactive={false}
        onPlayer={setPlayer}
        label={shader.title}
        className="size-full"
      />
    </div>
  );
}
