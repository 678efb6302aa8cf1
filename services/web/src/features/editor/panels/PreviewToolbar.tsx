import { Toolbar } from "../../../components/player/Toolbar";
import { usePlayerView } from "../../../components/player/usePlayerView";
import { Button } from "../../../components/ui/Button";
import { useEditorState, useEditorStore } from "../editorStore";

export function PreviewToolbar() {
  const editor = useEditorStore();
  const player = useEditorState((state) => state.player);
  const solid = useEditorState((state) => state.panel === "solid");
  const view = usePlayerView(player);
  const time = (
    <span className="mr-auto w-16 text-right text-sm text-ink-2">
      <span className="sr-only">Time: </span>
      {view.time.toFixed(2)} s
    </span>
  );
  return (
    <Toolbar player={player} view={view} time={time} className="max-lg:order-2">
      <Button variant="quiet" aria-pressed={solid} onClick={() => editor.set({ panel: solid ? null : "solid" })}>
        {solid ? "Flat" : "On an object"}
      </Button>
    </Toolbar>
  );
}
