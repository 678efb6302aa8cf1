import { useRef, useState } from "react";
import type { CompileResult, Dialect, ParameterValues } from "../../../runtime";
import { ShaderCanvas } from "../../components/player/ShaderCanvas";
import type { HasStill } from "../../lib/stills";
import type { Player } from "../../player/Player";
import { StageToolbar } from "./StageToolbar";
import { usePlayerKeys } from "./usePlayerKeys";

interface Props {
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
  usePlayerKeys(player);
  return (
    <div className="mx-auto w-full max-w-[min(1440px,max(20rem,calc((100dvh-6.5rem)*16/9)))]">
      <div ref={frame} className="aspect-video">
        <ShaderCanvas
          source={props.source}
          dialect={props.dialect}
          parameters={props.parameters}
          still={props.still}
          time={props.stillTime}
          color={props.color}
          interactive={mouse}
          onPlayer={setPlayer}
          onCompile={setCompiled}
          label={`${props.title} by ${props.author}`}
          className="size-full"
        />
      </div>
      {compiled !== null && <CompileError compiled={compiled} />}
      <StageToolbar player={player} frame={frame} name={props.title} mouse={mouse} onMouse={setMouse} />
    </div>
  );
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
