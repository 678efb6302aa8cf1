import { useState } from "react";
import { Button } from "../../components/ui/Button";
import { Time } from "../../components/ui/Time";
import { KeyUses } from "./KeyUses";
import { keyState } from "./keyState";
import type { ShownKey } from "./NewKey";
import type { Key } from "./queries";
import { RevokeDialog } from "./RevokeDialog";
import { RotateDialog } from "./RotateDialog";

interface Props {
  readonly item: Key;
  readonly onRotated: (made: ShownKey) => void;
}

export function KeyRow({ item, onRotated }: Props) {
  const [dialog, setDialog] = useState<"rotate" | "revoke" | null>(null);
  const [usesShown, setUsesShown] = useState(false);
  const state = keyState(item);
  const named = <span className="sr-only"> of the key {item.name}</span>;
  return (
    <li className="flex flex-col gap-2 py-3">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <Facts item={item} />
        <div className="flex flex-wrap gap-2">
          <Button variant="quiet" aria-expanded={usesShown} onClick={() => setUsesShown(!usesShown)}>
            Uses{named}
          </Button>
          {state.active && item.replaced_by === null && (
            <Button onClick={() => setDialog("rotate")}>
              Rotate<span className="sr-only"> the key {item.name}</span>
            </Button>
          )}
          {state.active && (
            <Button variant="danger" onClick={() => setDialog("revoke")}>
              Revoke<span className="sr-only"> the key {item.name}</span>
            </Button>
          )}
        </div>
      </div>
      {usesShown && <KeyUses id={item.id} />}
      {dialog === "rotate" && <RotateDialog item={item} onClose={() => setDialog(null)} onRotated={onRotated} />}
      {dialog === "revoke" && <RevokeDialog item={item} onClose={() => setDialog(null)} />}
    </li>
  );
}

function Facts({ item }: Pick<Props, "item">) {
  const state = keyState(item);
  return (
    <div className="min-w-0">
      <p className={state.active ? "" : "text-ink-2"}>
        {item.name} <code className="font-mono text-sm text-ink-2">{item.prefix}…</code>
      </p>
      <p className="text-sm text-ink-2">
        {state.label} · {item.scopes.join(", ")}
      </p>
      <p className="text-sm text-ink-2">
        Made <Time at={item.created_at} /> ·{" "}
        {item.last_used_at ? (
          <>
            last used <Time at={item.last_used_at} />
          </>
        ) : (
          "never used"
        )}
      </p>
    </div>
  );
}
