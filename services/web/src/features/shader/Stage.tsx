import { useRef, useState } from "react";
import type { Dialect, ParameterValues } from "../../../runtime";
import type { Player } from "../../player/Player";
import { ShaderCanvas } from "../../player/ShaderCanvas";
import { Controls } from "./Controls";
import { usePlayerKeys } from "./usePlayerKeys";

interface Props {
  readonly title: string;
  readonly author: string;
  readonly source: string;
  readonly dialect: Dialect;
  readonly parameters: ParameterValues;
  readonly still: string | null;
  readonly stillTime: number | null;
  readonly color: string | null;
}

/** The live picture and its controls. At most so high that the controls are in the window too. */
export function Stage(props: Props) {
  const [player, setPlayer] = useState<Player | null>(null);
  const [mouse, setMouse] = useState(true);
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
          label={`${props.title} by ${props.author}`}
          className="size-full"
        />
      </div>
      <Controls player={player} frame={frame} name={props.title} mouse={mouse} onMouse={setMouse} />
    </div>
  );
}
