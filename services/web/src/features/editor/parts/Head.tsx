import { useNavigate } from "react-router";
import { useSession } from "../../../api/session";
import { STAYS } from "../../../app/stays";
import { Button } from "../../../components/Button";
import { useDesk, useDeskState } from "../desk";
import { TEMPLATES } from "../templates";
import { addressOf, type Saving } from "../useSaving";

/** Over the code: its name, and where it goes. */
export function Head({ saving }: { readonly saving: Saving }) {
  const desk = useDesk();
  const title = useDeskState((state) => state.draft.details.title);
  const isSaving = useDeskState((state) => state.saving);
  return (
    <header className="flex flex-wrap items-center gap-2 border-b border-line px-2 py-2 max-lg:order-3">
      <input
        aria-label="Title"
        placeholder="Untitled"
        maxLength={120}
        value={title}
        onChange={(event) => desk.describe({ title: event.target.value })}
        className="h-8 min-w-32 flex-1 rounded-sm max-sm:basis-full bg-transparent px-2 text-base font-medium pointer-coarse:h-11"
      />
      <Beginning />
      <Button disabled={isSaving} onClick={() => void saving.save()}>
        {isSaving ? "Saving…" : "Save"}
      </Button>
      <Button kind="main" onClick={() => desk.set({ panel: "publish" })}>
        Publish
      </Button>
    </header>
  );
}

/** A new text may begin with another template; a work of one's own may become a fork. */
function Beginning() {
  const desk = useDesk();
  const navigate = useNavigate();
  const { workId, origin } = useDeskState((state) => state.draft);
  const author = useSession((state) => state.account?.display_name);
  if (workId !== null) {
    const fork = () => {
      desk.fork(author ?? "you");
      void navigate(addressOf(desk.draft), { replace: true, state: STAYS });
    };
    return (
      <Button kind="quiet" onClick={fork}>
        Fork
      </Button>
    );
  }
  if (origin !== null) return null;
  return (
    <select
      aria-label="Begin with a template"
      value=""
      onChange={(event) => void navigate(`/new?template=${event.target.value}`)}
      className="h-8 w-28 rounded-sm border border-line bg-raised px-1 text-sm text-ink-2 pointer-coarse:h-11"
    >
      <option value="" disabled>
        Templates
      </option>
      {TEMPLATES.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}
