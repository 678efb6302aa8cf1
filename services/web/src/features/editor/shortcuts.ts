/** The keyboard shortcuts of the editor. They work wherever the focus is on the page. */

import { isAlt, PLAYER_SHORTCUTS } from "../../player/shortcuts";
import type { EditorStore } from "./editorStore";

interface Shortcut {
  readonly shown: string;
  readonly about: string;
  readonly fits: (event: KeyboardEvent) => boolean;
  readonly act: (editor: EditorStore, save: () => void) => void;
}

export const SHORTCUTS: readonly Shortcut[] = [
  {
    shown: "Alt+Enter",
    about: "Compile",
    fits: (event) => isAlt(event, "Enter"),
    act: (editor) => editor.compile(),
  },
  {
    shown: "Ctrl+S or Cmd+S",
    about: "Save",
    fits: (event) => (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s",
    act: (_, save) => save(),
  },
  ...PLAYER_SHORTCUTS.map(({ key, shown, about, act }) => ({
    shown,
    about,
    fits: (event: KeyboardEvent) => isAlt(event, key),
    act: ({ player }: EditorStore) => player && act(player),
  })),
  {
    shown: "F8",
    about: "Next problem",
    fits: (event) => event.key === "F8",
    act: (editor) => editor.code?.nextProblem(),
  },
];

/** Shortcuts of CodeMirror. */
export const CODE_SHORTCUTS = [
  ["Ctrl+Space", "Complete"],
  ["Ctrl+F or Cmd+F", "Search"],
  ["Ctrl+/ or Cmd+/", "Comment out"],
  ["Tab, Shift+Tab", "Indent, unindent"],
  ["Escape, then Tab", "Leave the code"],
] as const;

export function shortcutFor(event: KeyboardEvent): Shortcut | undefined {
  return SHORTCUTS.find((shortcut) => shortcut.fits(event));
}
