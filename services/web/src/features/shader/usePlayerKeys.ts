import { useEffect } from "react";
import type { Player } from "../../player/Player";
import { isAlt, PLAYER_SHORTCUTS } from "../../player/shortcuts";

export function usePlayerKeys(player: Player | null): void {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      const shortcut = PLAYER_SHORTCUTS.find(({ key }) => isAlt(event, key));
      if (player === null || shortcut === undefined) return;
      // Alt+Left would leave the page.
      event.preventDefault();
      shortcut.act(player);
    };
    document.addEventListener("keydown", act);
    return () => document.removeEventListener("keydown", act);
  }, [player]);
}
