import type { ReactNode } from "react";
import type { Player, PlayerView } from "../../player/Player";
import { DIVIDERS } from "../../player/watchdog";
import { Button } from "../ui/Button";
import { type Options, Select } from "../ui/Select";

interface Props {
  readonly player: Player | null;
  readonly view: PlayerView;
  /** The display of the time, or a slider. */
  readonly time: ReactNode;
  readonly className?: string;
  /** Further buttons. */
  readonly children: ReactNode;
}

const SPEEDS: Options<number> = [0.1, 0.25, 0.5, 1, 2, 4].map((x) => [x, `${x}×`]);
const RESOLUTIONS: Options<number> = DIVIDERS.map((n) => [n, n === 1 ? "Full" : `1/${n}`]);

/** The controls of a player: play, restart, time, speed, resolution. */
export function Toolbar({ player, view, time, className = "", children }: Props) {
  const playing = view.status === "playing";
  return (
    <div role="toolbar" aria-label="Picture" className={`flex flex-wrap items-center gap-1 p-2 ${className}`}>
      <Button onClick={() => (playing ? player?.pause() : player?.play())} title="Alt+Up" className="w-20">
        {playing ? "Pause" : "Play"}
      </Button>
      <Button variant="quiet" onClick={() => player?.restart()} title="Alt+Down">
        Restart
      </Button>
      {time}
      <Select label="Speed" value={view.speed} options={SPEEDS} onChange={(x) => player?.setSpeed(x)} />
      <Select label="Resolution" value={view.divider} options={RESOLUTIONS} onChange={(n) => player?.setDivider(n)} />
      {children}
    </div>
  );
}
