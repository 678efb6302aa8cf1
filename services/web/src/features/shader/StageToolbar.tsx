import type { RefObject } from "react";
import { Toolbar } from "../../components/player/Toolbar";
import { usePlayerView } from "../../components/player/usePlayerView";
import { Button } from "../../components/ui/Button";
import { toastError } from "../../components/ui/toastStore";
import { download } from "../../lib/download";
import type { Player, PlayerView } from "../../player/Player";

interface Props {
  readonly player: Player | null;
  /** What goes full screen. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly name: string;
  readonly mouse: boolean;
  readonly onMouse: (on: boolean) => void;
}

export function StageToolbar({ player, frame, name, mouse, onMouse }: Props) {
  const view = usePlayerView(player);
  const takePicture = async () => {
    try {
      const blob = await player?.screenshot();
      if (blob) download(blob, `${name} ${view.time.toFixed(2)} s.png`);
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Toolbar player={player} view={view} time={<TimeSlider player={player} view={view} />} className="sm:px-3">
      <Button variant="quiet" aria-pressed={mouse} onClick={() => onMouse(!mouse)}>
        Mouse {mouse ? "on" : "off"}
      </Button>
      <Button variant="quiet" onClick={takePicture}>
        Save picture
      </Button>
      <Button variant="quiet" onClick={() => void frame.current?.requestFullscreen?.().catch(toastError)}>
        Full screen
      </Button>
      <Measures view={view} />
    </Toolbar>
  );
}

/** The range of the slider: a minute, doubled until the time fits. */
function reach(time: number): number {
  return 60 * 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(time, 1) / 60)));
}

function TimeSlider({ player, view }: Pick<Props, "player"> & { readonly view: PlayerView }) {
  return (
    <label
      className="flex min-w-40 flex-1 items-center gap-2 text-sm max-lg:order-first max-lg:basis-full"
      title="Alt+Left, Alt+Right"
    >
      <span className="sr-only">Time in seconds</span>
      <input
        type="range"
        min={0}
        max={reach(view.time)}
        step={0.01}
        value={view.time}
        aria-valuetext={`${view.time.toFixed(1)} seconds`}
        onChange={(event) => player?.seek(event.target.valueAsNumber)}
        className="h-8 min-w-0 flex-1 accent-accent pointer-coarse:h-11"
      />
      <span aria-hidden="true" className="w-16 pr-2 text-right text-ink-2">
        {view.time.toFixed(2)} s
      </span>
    </label>
  );
}

function Measures({ view }: { readonly view: PlayerView }) {
  const known = view.status === "playing" && view.animated && view.fps > 0;
  return (
    <p className="w-32 px-1 text-right text-xs text-ink-2 max-lg:hidden">
      {known ? `${Math.round(view.fps)} fps, ${view.frameMs.toFixed(0)} ms` : ""}
    </p>
  );
}
