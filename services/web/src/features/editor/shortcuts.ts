/** The keys of the editor: what they are called, and what they do. They work wherever the focus is on the page. */

import type { EditorStore } from "./editorStore";

interface Shortcut {
  readonly shown: string;
  readonly about: string;
  readonly fits: (event: KeyboardEvent) => boolean;
  readonly act: (editor: EditorStore, save: () => void) => void;
}

const SEEK_S = 1;

function alt(key: string) {
  return (event: KeyboardEvent) =>
    event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.key === key;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { shown: "Alt+Enter", about: "Compile", fits: alt("Enter"), act: (editor) => editor.compile() },
  {
    shown: "Ctrl+S or Cmd+S",
    about: "Save",
    fits: (event) => (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s",
    act: (_, save) => save(),
  },
  {
    shown: "Alt+Up",
    about: "Pause or play",
    fits: alt("ArrowUp"),
    act: ({ player }) => (player?.view.status === "playing" ? player.pause() : player?.play()),
  },
  { shown: "Alt+Down", about: "Restart", fits: alt("ArrowDown"), act: ({ player }) => player?.restart() },
  {
    shown: "Alt+Left",
    about: "A second back",
    fits: alt("ArrowLeft"),
    act: ({ player }) => player?.seek(Math.max(0, player.view.time - SEEK_S)),
  },
  {
    shown: "Alt+Right",
    about: "A second on",
    fits: alt("ArrowRight"),
    act: ({ player }) => player?.seek(player.view.time + SEEK_S),
  },
  {
    shown: "F8",
    about: "Next problem",
    fits: (event) => event.key === "F8",
    act: (editor) => editor.code?.nextProblem(),
  },
];

/** Keys that the code editor has by itself. */
export const CODE_SHORTCUTS = [
  ["Ctrl+Space", "Complete"],
  ["Ctrl+F or Cmd+F", "Search"],
  ["Ctrl+/ or Cmd+/", "Comment out"],
  ["Tab, Shift+Tab", "Indent, unindent"],
  ["Escape, then Tab", "Leave the code"],
] as const;

export function shortcutFor(event: KeyboardEvent): Shortcut | undefined {
  return SHORTCUTS.find((key) => key.fits(event));
}
