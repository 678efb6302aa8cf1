import { useEffect } from "react";
import type { Player } from "../../player/Player";

const STEP_S = 1;

/** Alt+Up pauses, Alt+Down starts over, Alt+Left and Alt+Right move in time. */
export function usePlayerKeys(player: Player | null): void {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (player === null || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const action = actionOf(event.key, player);
      if (action === null) return;
      // Alt+Left would leave the page.
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", act);
    return () => document.removeEventListener("keydown", act);
  }, [player]);
}

function actionOf(key: string, player: Player): (() => void) | null {
  const { status, time } = player.view;
  switch (key) {
    case "ArrowUp":
      return () => (status === "playing" ? player.pause() : player.play());
    case "ArrowDown":
      return () => player.restart();
    case "ArrowLeft":
      return () => player.seek(time - STEP_S);
    case "ArrowRight":
      return () => player.seek(time + STEP_S);
    default:
      return null;
  }
}
