import { messageOf } from "../code/problems";
import { useEditorState, useEditorStore } from "../editorStore";

/** What the compiler has against the text; a click jumps there. */
export function Problems() {
  const editor = useEditorStore();
  const errors = useEditorState((state) => state.result?.errors) ?? [];
  if (errors.length === 0) return null;
  return (
    <section
      aria-label="Problems"
      className="max-h-40 shrink-0 overflow-y-auto border-t border-line text-sm max-lg:order-5"
    >
      <h2 className="sticky top-0 bg-raised px-4 pt-2 pb-1 text-xs font-medium text-ink-2">
        {errors.length === 1 ? "1 problem" : `${errors.length} problems`}
      </h2>
      <ol className="pb-2">
        {errors.map((error) => (
          <li key={`${error.line}:${error.column}:${error.message}`}>
            <button
              type="button"
              onClick={() => editor.code?.jump(error)}
              className="flex w-full items-baseline gap-3 px-4 py-1 text-left hover:bg-ground pointer-coarse:py-3"
            >
              <span className="shrink-0 text-bad">
                Line {error.line}
                {error.column !== null && <span className="text-ink-2">:{error.column}</span>}
              </span>
              <span>{messageOf(error)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
