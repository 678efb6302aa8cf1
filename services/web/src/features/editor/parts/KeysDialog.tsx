import { Button } from "../../../components/Button";
import { Dialog } from "../../../components/Dialog";
import { useDesk } from "../desk";
import { CODE_KEYS, KEYS } from "../keys";

export function KeysDialog() {
  const desk = useDesk();
  const close = () => desk.set({ panel: null });
  const all = [...KEYS.map(({ shown, about }) => [shown, about] as const), ...CODE_KEYS];
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
