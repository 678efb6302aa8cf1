import type { ReactNode } from "react";
import { Link } from "react-router";
import { useSession } from "../../../api/session";
import type { Draft } from "../../../lib/drafts/draft";
import { allowedUnder } from "../../../lib/licences";
import { Wish } from "../../shaders/desires/Wish";
import { useEditorState } from "../editorStore";
import { addressOf } from "../useSaving";
import { UnfinishedDrafts } from "./UnfinishedDrafts";

interface Props {
  readonly copied: boolean;
  readonly offered: readonly Draft[];
}

/** What the author should know of this draft, one line each, over code and picture. */
export function DraftMessages({ copied, offered }: Props) {
  const draft = useEditorState((state) => state.draft);
  const signedOut = useEditorState((state) => state.signedOut);
  const untouched = useEditorState((state) => state.draft.updatedAt === 0);
  const { origin } = draft;
  return (
    <>
      {copied && <Line>This text is open in another tab too. Here is a copy of its own; both are kept.</Line>}
      {origin !== null && allowedUnder(origin.licence).length === 0 && (
        <Line>
          The licence of {origin.title} allows no forks. You can try things out here; the text is kept in this browser
          only.
        </Line>
      )}
      {draft.desire && <Wish id={draft.desire} />}
      {signedOut && <SignedOut draft={draft} />}
      {offered.length > 0 && untouched && (
        <section aria-label="Unfinished changes" className="border-b border-line px-4 pt-2 text-sm">
          <p className="pb-2 text-ink-2">You left changes to this shader unfinished in this browser.</p>
          <UnfinishedDrafts drafts={offered} />
        </section>
      )}
    </>
  );
}

/** A sign-in that has ended is said by the page's frame, with a way to sign in without leaving. */
function SignedOut({ draft }: { readonly draft: Draft }) {
  const isVisitor = useSession((state) => state.status === "visitor");
  if (!isVisitor) return null;
  return (
    <Line>
      You are not signed in. The text is kept in this browser.{" "}
      <Link to={`/sign-in?${new URLSearchParams({ next: addressOf(draft) })}`} className="text-ink underline">
        Sign in to save it
      </Link>
    </Line>
  );
}

function Line({ children }: { readonly children: ReactNode }) {
  return (
    <p role="status" className="border-b border-line px-4 py-2 text-sm text-ink-2">
      {children}
    </p>
  );
}
