/** The keyboard shortcuts of a player, each with Alt. */

import type { Player } from "./Player";

export interface PlayerShortcut {
  /** `KeyboardEvent.key`. */
  readonly key: string;
  readonly shown: string;
  readonly about: string;
  readonly act: (player: Player) => void;
}

const SEEK_S = 1;

export const PLAYER_SHORTCUTS: readonly PlayerShortcut[] = [
  {
    key: "ArrowUp",
    shown: "Alt+Up",
    about: "Pause or play",
    act: (player) => (player.view.status === "playing" ? player.pause() : player.play()),
  },
  { key: "ArrowDown", shown: "Alt+Down", about: "Restart", act: (player) => player.restart() },
  {
    key: "ArrowLeft",
    shown: "Alt+Left",
    about: "A second back",
    act: (player) => player.seek(Math.max(0, player.view.time - SEEK_S)),
  },
  {
    key: "ArrowRight",
    shown: "Alt+Right",
    about: "A second on",
    act: (player) => player.seek(player.view.time + SEEK_S),
  },
];

/** Whether the key is pressed with Alt alone. */
export function isAlt(event: KeyboardEvent, key: string): boolean {
  return event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.key === key;
}
