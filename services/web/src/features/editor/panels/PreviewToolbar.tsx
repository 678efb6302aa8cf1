import type { ComponentProps } from "react";
import { usePlayerView } from "../../../components/player/usePlayerView";
import { Button } from "../../../components/ui/Button";
import { DIVIDERS } from "../../../player/watchdog";
import { useEditorState, useEditorStore } from "../editorStore";

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 4];

/** What can be done with the picture beside writing it. */
export function PreviewToolbar() {
  const editor = useEditorStore();
  const player = useEditorState((state) => state.player);
  const solid = useEditorState((state) => state.panel === "solid");
  const { status, time, speed, divider } = usePlayerView(player);
  const playing = status === "playing";
  return (
    <div role="toolbar" aria-label="Picture" className="flex flex-wrap items-center gap-1 px-2 py-2 max-lg:order-2">
      <Button className="w-20" onClick={() => (playing ? player?.pause() : player?.play())}>
        {playing ? "Pause" : "Play"}
      </Button>
      <Button variant="quiet" onClick={() => player?.restart()}>
        Restart
      </Button>
      <span className="w-16 text-right text-sm text-ink-2">
        <span className="sr-only">Time: </span>
        {time.toFixed(2)} s
      </span>
      <span className="ml-auto flex items-center gap-1">
        <Choice label="Speed" value={speed} onChange={(event) => player?.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((one) => (
            <option key={one} value={one}>
              {one}×
            </option>
          ))}
        </Choice>
        <Choice label="Resolution" value={divider} onChange={(event) => player?.setDivider(Number(event.target.value))}>
          {DIVIDERS.map((one) => (
            <option key={one} value={one}>
              {one === 1 ? "Full" : `1/${one}`}
            </option>
          ))}
        </Choice>
        <Button variant="quiet" aria-pressed={solid} onClick={() => editor.set({ panel: solid ? null : "solid" })}>
          {solid ? "Flat" : "On an object"}
        </Button>
      </span>
    </div>
  );
}

function Choice({ label, ...rest }: ComponentProps<"select"> & { readonly label: string }) {
  return (
    <select
      aria-label={label}
      title={label}
      className="h-8 rounded-sm border border-line bg-raised px-1 text-sm text-ink pointer-coarse:h-11"
      {...rest}
    />
  );
}
