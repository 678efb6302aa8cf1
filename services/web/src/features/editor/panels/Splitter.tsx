import { type KeyboardEvent, type PointerEvent, useState } from "react";

const STORAGE_KEY = "fractafrag.editor-split";
const [LEAST, MOST, STEP] = [25, 75, 2];

/** The part of the width that the code has, in per cent; remembered. */
export function useSplit(): [number, (percent: number) => void] {
  const [split, setSplit] = useState(() => Number(localStorage.getItem(STORAGE_KEY)) || 50);
  const change = (percent: number) => {
    const fitted = Math.min(Math.max(percent, LEAST), MOST);
    localStorage.setItem(STORAGE_KEY, String(Math.round(fitted)));
    setSplit(fitted);
  };
  return [split, change];
}

interface Props {
  readonly value: number;
  readonly onChange: (percent: number) => void;
}

/** The line between code and picture: to be dragged, or moved by the arrow keys. */
export function Splitter({ value, onChange }: Props) {
  const drag = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.parentElement?.getBoundingClientRect();
    if (!event.currentTarget.hasPointerCapture(event.pointerId) || box === undefined) return;
    onChange((100 * (event.clientX - box.left)) / box.width);
  };
  const move = (event: KeyboardEvent) => {
    const to = { ArrowLeft: value - STEP, ArrowRight: value + STEP, Home: LEAST, End: MOST }[event.key];
    if (to === undefined || event.altKey) return;
    event.preventDefault();
    onChange(to);
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be moved.
    <div
      role="separator"
      tabIndex={0}
      aria-label="Width of the code"
      aria-orientation="vertical"
      aria-valuenow={Math.round(value)}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={move}
      className="relative w-px shrink-0 cursor-col-resize touch-none bg-line before:absolute before:inset-y-0 before:-inset-x-1.5 hover:bg-ink-2 max-lg:hidden pointer-coarse:before:-inset-x-5"
    />
  );
}
