import { clampParameters, type Parameter, type ParameterValue } from "../../../../runtime";
import { Parameters as Controls } from "../../../components/player/Parameters";
import { Button } from "../../../components/ui/Button";
import { same } from "../../../lib/drafts/draft";
import { useEditorState, useEditorStore } from "../editorStore";
import { applyEdits, writeBack } from "../writeback";

/** The controls that the code declares. They drive the picture at once; their values go with the version. */
export function Parameters() {
  const editor = useEditorStore();
  const parameters = useEditorState((state) => state.result?.parameters) ?? [];
  const given = useEditorState((state) => state.draft.parameterValues);
  if (parameters.length === 0) return null;
  const values = clampParameters(parameters, given);
  const moved = parameters.filter(({ name, default: initial }) => !same(values[name], initial));
  return (
    <section aria-label="Parameters" className="border-t border-line px-4 py-3 max-lg:order-6">
      <header className="flex min-h-8 items-center gap-1">
        <h2 className="flex-1 text-sm font-medium">Parameters</h2>
        <Button variant="quiet" disabled={moved.length === 0} onClick={() => editor.change({ parameterValues: {} })}>
          Reset
        </Button>
        <Button disabled={moved.length === 0} onClick={() => writeAll(editor, moved, values)}>
          Write into the code
        </Button>
      </header>
      <div className="mt-2 max-w-md">
        <Controls
          parameters={parameters}
          values={values}
          onChange={(name, value) => {
            const initial = parameters.find((one) => one.name === name)?.default;
            editor.setValue(name, same(value, initial) ? null : value);
          }}
        />
      </div>
    </section>
  );
}

/** The defaults in the code become the values of the controls. */
function writeAll(
  editor: ReturnType<typeof useEditorStore>,
  moved: readonly Parameter[],
  values: Readonly<Record<string, ParameterValue>>,
): void {
  const { source, parameterValues } = editor.draft;
  const written = new Set<string>();
  const edits = moved.flatMap(({ name, default: initial, step }) => {
    const edit = writeBack(source, name, values[name] ?? initial, step);
    if (edit !== null) written.add(name);
    return edit ?? [];
  });
  editor.replace(applyEdits(source, edits));
  const rest = Object.entries(parameterValues).filter(([name]) => !written.has(name));
  editor.change({ parameterValues: Object.fromEntries(rest) });
}
