import { useNavigate } from "react-router";
import { useSession } from "../../../api/session";
import { Button } from "../../../components/ui/Button";
import { Select } from "../../../components/ui/Select";
import { KEEP_SCROLL } from "../../../lib/keepScroll";
import { useEditorState, useEditorStore } from "../editorStore";
import { TEMPLATES } from "../templates";
import { addressOf, type Saving } from "../useSaving";

/** Over the code: its name, and where it goes. */
export function Head({ saving }: { readonly saving: Saving }) {
  const editor = useEditorStore();
  const title = useEditorState((state) => state.draft.details.title);
  const isSaving = useEditorState((state) => state.saving);
  return (
    <header className="flex flex-wrap items-center gap-2 border-b border-line px-2 py-2 max-lg:order-3">
      <input
        aria-label="Title"
        placeholder="Untitled"
        maxLength={120}
        value={title}
        onChange={(event) => editor.describe({ title: event.target.value })}
        className="h-8 min-w-32 flex-1 rounded-sm max-sm:basis-full bg-transparent px-2 text-base font-medium pointer-coarse:h-11"
      />
      <StartingPoint />
      <Button disabled={isSaving} onClick={() => void saving.save()}>
        {isSaving ? "Saving…" : "Save"}
      </Button>
      <Button variant="main" onClick={() => editor.set({ panel: "publish" })}>
        Publish
      </Button>
    </header>
  );
}

/** A new text may begin with another template; a shader of one's own may become a fork. */
function StartingPoint() {
  const editor = useEditorStore();
  const navigate = useNavigate();
  const { shaderId, origin, desire } = useEditorState((state) => state.draft);
  const author = useSession((state) => state.account?.display_name);
  if (shaderId !== null) {
    const fork = () => {
      editor.fork(author ?? "you");
      void navigate(addressOf(editor.draft), { replace: true, state: KEEP_SCROLL });
    };
    return (
      <Button variant="quiet" onClick={fork}>
        Fork
      </Button>
    );
  }
  if (origin !== null) return null;
  return (
    <Select
      label="Begin with a template"
      value=""
      options={[["", "Templates"], ...TEMPLATES.map(({ name, title }) => [name, title] as const)]}
      onChange={(name) => name !== "" && void navigate(`/new?template=${name}${desire ? `&desire=${desire}` : ""}`)}
      className="w-28 text-ink-2"
    />
  );
}
