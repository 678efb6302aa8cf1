import { useEffect, useRef } from "react";
import { createCode } from "../code/code";
import { useDesk } from "../desk";

/** The code of the draft. CodeMirror owns the text while it is shown; the desk hears of each change. */
export function CodeView() {
  const desk = useDesk();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const code = createCode(box.current, desk.draft.source, (text) => desk.edit(text));
    desk.code = code;
    code.mark(desk.state.getState().result?.errors ?? []);
    return () => {
      desk.code = null;
      code.destroy();
    };
  }, [desk]);
  return <div ref={box} className="min-w-0 max-lg:order-4 max-lg:min-h-96 lg:min-h-0 lg:flex-1" />;
}
