import { useEffect, useRef, useState } from "react";
import type { CompileResult, Dialect, ParameterValues } from "../../../runtime";
import { FlashNotice } from "../../components/player/FlashNotice";
import { ShaderCanvas } from "../../components/player/ShaderCanvas";
import { usePlayerView } from "../../components/player/usePlayerView";
import { playAnyway } from "../../lib/flashes";
import type { HasStill } from "../../lib/stills";
import { useAsksFirst } from "../../lib/useAsksFirst";
import type { Player } from "../../player/Player";
import { StageToolbar } from "./StageToolbar";
import { usePlayerKeys } from "./usePlayerKeys";

interface Props {
  readonly id: string;
  /** Null where that is not known. */
  readonly flashes: boolean | null;
  readonly title: string;
  readonly author: string;
  readonly source: string;
  readonly dialect: Dialect;
  readonly parameters: ParameterValues;
  readonly still: HasStill;
  readonly stillTime: number | null;
  readonly color: string | null;
}

/** The player with its toolbar, at most so high that both fit into the window. */
export function Stage(props: Props) {
  const [player, setPlayer] = useState<Player | null>(null);
  const [mouse, setMouse] = useState(true);
  const [compiled, setCompiled] = useState<CompileResult | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const asks = useAsksFirst(props);
  const { status } = usePlayerView(player);
  usePlayerKeys(player);
  // However it was started, by the notice, the toolbar or a key, it was asked for.
  useEffect(() => {
    if (asks && status === "playing") playAnyway(props.id);
  }, [asks, status, props.id]);
  return (
    <div className="mx-auto w-full max-w-[min(1440px,max(20rem,calc((100dvh-6.5rem)*16/9)))]">
      <div ref={frame} className="relative aspect-video">
        <ShaderCanvas
          source={props.source}
          dialect={props.dialect}
          parameters={props.parameters}
          still={props.still}
          time={props.stillTime}
          color={props.color}
          autoplay={!asks}
          interactive={mouse}
          onPlayer={setPlayer}
          onCompile={setCompiled}
          label={`${props.title} by ${props.author}`}
          className="size-full"
        />
        {asks && <FlashNotice onPlay={() => play(player, props.id)} />}
      </div>
      {compiled !== null && <CompileError compiled={compiled} />}
      <StageToolbar player={player} frame={frame} name={props.title} mouse={mouse} onMouse={setMouse} />
    </div>
  );
}

/** With less motion preferred, nothing begins by itself, and this was asked for. */
function play(player: Player | null, id: string): void {
  playAnyway(id);
  player?.play();
}

function CompileError({ compiled }: { readonly compiled: CompileResult }) {
  const [first] = compiled.errors;
  if (compiled.ok || first === undefined) return null;
  return (
    <p role="status" className="px-3 pt-2 text-sm">
      <span className="font-medium text-bad">This browser cannot compile this version:</span> line {first.line},{" "}
      {first.message}
    </p>
  );
}
