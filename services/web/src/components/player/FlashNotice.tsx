import type { MouseEvent } from "react";
import { FLASHES, PLAY_ANYWAY } from "../../lib/flashes";
import { Button } from "../ui/Button";

interface Props {
  readonly onPlay: (event: MouseEvent<HTMLElement>) => void;
}

const PLACE = "absolute inset-x-0 bottom-0 z-10 bg-raised text-ink";

/** Over the still of a work that flashes: why it does not move, and how it does. */
export function FlashNotice({ onPlay }: Props) {
  return (
    <div className={`${PLACE} flex items-center justify-between gap-3 p-2 text-sm sm:p-3`}>
      <p>
        {FLASHES}
        <span className="max-sm:hidden"> More than three flashes in a second can cause seizures.</span>
      </p>
      <Button onClick={onPlay}>{PLAY_ANYWAY}</Button>
    </div>
  );
}

/** The same on a card, where there is room for little more than the picture. */
export function FlashButton({ onPlay }: Props) {
  return (
    <button type="button" onClick={onPlay} className={`${PLACE} px-2 py-1 text-left text-xs pointer-coarse:min-h-11`}>
      <span>{FLASHES}</span> <span className="whitespace-nowrap font-medium text-accent-text">{PLAY_ANYWAY}</span>
    </button>
  );
}
