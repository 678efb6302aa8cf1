import { useCallback, useSyncExternalStore } from "react";
import { EMPTY_VIEW, type Player, type PlayerView } from "../../player/Player";

/** The state of a player, updated about ten times a second while it plays. */
export function usePlayerView(player: Player | null): PlayerView {
  const subscribe = useCallback((changed: () => void) => player?.subscribe(changed) ?? (() => {}), [player]);
  return useSyncExternalStore(subscribe, () => player?.view ?? EMPTY_VIEW);
}
