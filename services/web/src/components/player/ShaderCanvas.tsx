import { useEffect, useRef, useState } from "react";
import type { CompileResult, Dialect, ParameterValues } from "../../../runtime";
import { reducesMotion } from "../../lib/motion";
import { type HasStill, STAGE_SIZES, stillOf } from "../../lib/stills";
import { Player, type PlayerView } from "../../player/Player";
import { Button } from "../ui/Button";
import { usePlayerView } from "./usePlayerView";

interface Props {
  readonly source: string;
  readonly dialect?: Dialect | null;
  readonly parameters?: ParameterValues;
  /** Shown until the first frame, and where there will be none. */
  readonly still?: HasStill | null;
  /** The average colour, until the still is there. */
  readonly color?: string | null;
  /** Plays at once, unless reduced motion is preferred. */
  readonly autoplay?: boolean;
  /** The second to show while it does not play. */
  readonly time?: number | null;
  readonly onCompile?: (result: CompileResult) => void;
  readonly onPlayer?: (player: Player | null) => void;
  /** Whether mouse and touch reach the shader. */
  readonly interactive?: boolean;
  readonly className?: string;
  /** What screen readers say of the picture. */
  readonly label: string;
}

/** A canvas with a player, as large as its container. */
export function ShaderCanvas(props: Props) {
  const { color, interactive = true, className = "", label } = props;
  const still = props.still ? stillOf(props.still, STAGE_SIZES) : null;
  const box = useRef<HTMLDivElement>(null);
  const player = usePlayer(box, props);
  const view = usePlayerView(player);
  const takesTouch = interactive && /mouse/i.test(props.source);
  return (
    <div
      className={`relative overflow-hidden bg-raised ${className}`}
      style={color ? { backgroundColor: color } : undefined}
    >
      <div
        ref={box}
        role="img"
        aria-label={label}
        className={`absolute inset-0 ${takesTouch ? "touch-none" : "touch-manipulation"}`}
      />
      {still && (
        <img
          {...still}
          alt=""
          className={`pointer-events-none absolute inset-0 size-full object-cover transition-opacity ${view.frame > 0 ? "opacity-0" : ""}`}
        />
      )}
      {view.message !== null && <PlayerMessage view={view} player={player} />}
    </div>
  );
}

function PlayerMessage({ view, player }: { readonly view: PlayerView; readonly player: Player | null }) {
  const label = view.status === "heavy" ? "Run anyway" : view.status === "lost" ? "Start again" : null;
  return (
    <div
      role="status"
      className="absolute inset-x-0 bottom-0 flex flex-wrap items-center justify-between gap-2 bg-raised p-3 text-sm text-ink"
    >
      <p>{view.message}</p>
      {label !== null && <Button onClick={() => player?.play()}>{label}</Button>}
    </div>
  );
}

function usePlayer(box: React.RefObject<HTMLDivElement | null>, props: Props): Player | null {
  const { source, dialect, parameters, autoplay = true, time, interactive = true } = props;
  const [player, setPlayer] = useState<Player | null>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    // A new canvas for each player: one whose context was freed gives no other.
    const canvas = document.createElement("canvas");
    canvas.className = "block size-full";
    box.current?.append(canvas);
    const made = new Player(canvas);
    setPlayer(made);
    latest.current.onPlayer?.(made);
    return () => {
      latest.current.onPlayer?.(null);
      made.dispose();
      canvas.remove();
    };
  }, [box]);
  useEffect(() => {
    if (player === null) return;
    if (autoplay && !reducesMotion()) player.play();
    else if (time != null) player.seek(time);
  }, [player, autoplay, time]);
  useEffect(() => player?.setInteractive(interactive), [player, interactive]);
  useEffect(() => {
    if (parameters !== undefined) player?.setParameters(parameters);
  }, [player, parameters]);
  useEffect(() => {
    void player?.load(source, { dialect: dialect ?? null }).then((result) => {
      if (result !== null) latest.current.onCompile?.(result);
    });
  }, [player, source, dialect]);
  return player;
}
