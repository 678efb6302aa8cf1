import { Button } from "../../../components/ui/Button";
import { Dialog } from "../../../components/ui/Dialog";
import { useEditorStore } from "../editorStore";
import { CODE_SHORTCUTS, SHORTCUTS } from "../shortcuts";

export function ShortcutsDialog() {
  const editor = useEditorStore();
  const close = () => editor.set({ panel: null });
  const all = [...SHORTCUTS.map(({ shown, about }) => [shown, about] as const), ...CODE_SHORTCUTS];
  return (
    <Dialog title="Keys" onClose={close}>
      <dl className="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2 text-sm">
        {all.map(([shown, about]) => (
          <div key={shown} className="contents">
            <dt className="font-mono">{shown}</dt>
            <dd className="text-ink-2">{about}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-6 flex justify-end">
        <Button onClick={close}>Close</Button>
      </div>
    </Dialog>
  );
}
