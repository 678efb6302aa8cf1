import type { RefObject } from "react";
import { download } from "../../lib/download";
import type { Player, PlayerView } from "../../player/Player";
import { DIVIDERS } from "../../player/watchdog";
import { Button } from "../ui/Button";
import { toastError } from "../ui/toastStore";
import { usePlayerView } from "./usePlayerView";

interface Props {
  readonly player: Player | null;
  /** What goes full screen. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly name: string;
  readonly mouse: boolean;
  readonly onMouse: (on: boolean) => void;
}

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

/** All that can be done with a live picture, in one row. */
export function Toolbar({ player, frame, name, mouse, onMouse }: Props) {
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
    <div role="toolbar" aria-label="Picture" className="flex flex-wrap items-center gap-x-1 gap-y-1 px-2 py-2 sm:px-3">
      <PlayButton player={player} view={view} />
      <Button variant="quiet" onClick={() => player?.restart()} title="Alt+Down">
        Restart
      </Button>
      <TimeSlider player={player} view={view} />
      <Choice
        label="Speed"
        value={view.speed}
        values={SPEEDS}
        show={(x) => `${x}×`}
        onChange={(x) => player?.setSpeed(x)}
      />
      <Choice
        label="Resolution"
        value={view.divider}
        values={DIVIDERS}
        show={(n) => (n === 1 ? "Full" : `1/${n}`)}
        onChange={(n) => player?.setDivider(n)}
      />
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
    </div>
  );
}

interface Part {
  readonly player: Player | null;
  readonly view: PlayerView;
}

function PlayButton({ player, view }: Part) {
  const playing = view.status === "playing";
  return (
    <Button onClick={() => (playing ? player?.pause() : player?.play())} title="Alt+Up" className="w-20">
      {playing ? "Pause" : "Play"}
    </Button>
  );
}

/** A minute, and twice as much whenever the time has gone beyond. */
function reach(time: number): number {
  return 60 * 2 ** Math.max(0, Math.ceil(Math.log2(Math.max(time, 1) / 60)));
}

function TimeSlider({ player, view }: Part) {
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

interface ChoiceProps {
  readonly label: string;
  readonly value: number;
  readonly values: readonly number[];
  readonly show: (value: number) => string;
  readonly onChange: (value: number) => void;
}

function Choice({ label, value, values, show, onChange }: ChoiceProps) {
  return (
    <label className="flex items-center gap-1.5 px-1 text-sm text-ink-2">
      <span className="max-xl:sr-only">{label}</span>
      <select
        value={value}
        title={label}
        onChange={(event) => onChange(Number(event.target.value))}
        className="h-8 rounded-sm border border-line bg-raised px-1 text-sm text-ink pointer-coarse:h-11"
      >
        {values.map((one) => (
          <option key={one} value={one}>
            {show(one)}
          </option>
        ))}
      </select>
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
