import { useEffect, useId, useState } from "react";
import { Button } from "../../../components/ui/Button";
import { useEditorState, useEditorStore } from "../editorStore";

const LONGEST_S = 30;
const FIRST_S = 1;
const WAIT_MS = 120;

/** The thumbnail, and the slider for its second. */
export function Thumbnail() {
  const editor = useEditorStore();
  const id = useId();
  const chosen = useEditorState((state) => state.draft.details.stillTime);
  const time = chosen ?? FIRST_S;
  const picture = usePicture(time);
  return (
    <div className="flex flex-col gap-2">
      {picture === null ? (
        <div className="aspect-video w-full bg-ground" />
      ) : (
        <img src={picture} alt="The thumbnail" className="aspect-video w-full object-cover" />
      )}
      <div className="flex items-center gap-3 text-sm">
        <label htmlFor={id} className="font-medium">
          Thumbnail at
        </label>
        <input
          id={id}
          type="range"
          min={0}
          max={Math.max(LONGEST_S, time)}
          step={0.1}
          value={time}
          aria-valuetext={`${time.toFixed(1)} seconds`}
          onChange={(event) => editor.describe({ stillTime: event.target.valueAsNumber })}
          className="h-8 min-w-0 flex-1 accent-accent pointer-coarse:h-11"
        />
        <output htmlFor={id} className="w-12 text-right">
          {time.toFixed(1)} s
        </output>
      </div>
      <p className="flex min-h-8 items-center justify-between text-xs text-ink-2">
        {chosen === null ? "Unless you move it, the site takes a moment that shows something." : ""}
        {chosen !== null && (
          <Button variant="quiet" onClick={() => editor.describe({ stillTime: null })}>
            Let the site choose
          </Button>
        )}
      </p>
    </div>
  );
}

/** The player's picture at that second, as an object URL; null until it is taken. */
function usePicture(time: number): string | null {
  const player = useEditorState((state) => state.player);
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    let gone = false;
    const take = async () => {
      player?.pause();
      player?.seek(time);
      const blob = await player?.screenshot(640, 360).catch(() => null);
      if (blob && !gone) setPicture(URL.createObjectURL(blob));
    };
    const timer = setTimeout(() => void take(), WAIT_MS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [player, time]);
  useEffect(() => () => URL.revokeObjectURL(picture ?? ""), [picture]);
  return picture;
}
