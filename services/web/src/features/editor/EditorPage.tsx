import { useEffect, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { ApiError } from "../../api/problem";
import { EmptyState } from "../../components/ui/EmptyState";
import { useTitle } from "../../lib/title";
import type { EditorStore } from "./editorStore";
import { EditorStoreProvider } from "./editorStore";
import { type EditorTarget, type Opened, open } from "./opening";
import { UnfinishedDrafts } from "./panels/UnfinishedDrafts";
import { StartPage } from "./StartPage";
import { Workbench } from "./Workbench";
import "./editor.css";

/** `/new` and `/edit/ID`. */
export function EditorPage() {
  const target = useTarget();
  useTitle(target.shader === null ? "New shader" : "Edit");
  const opened = useOpened(target);
  if (opened === null) return <div className="h-[calc(100dvh-3rem)]" />;
  if (opened.kind === "start") return <StartPage drafts={opened.drafts} />;
  if (opened.kind === "failed") return <Failed {...opened} />;
  return (
    <EditorStoreProvider value={opened.editor}>
      <Workbench key={opened.editor.key} copied={opened.copied} offered={opened.offered} still={opened.still} />
    </EditorStoreProvider>
  );
}

function useTarget(): EditorTarget {
  const { id } = useParams();
  const [query] = useSearchParams();
  return {
    shader: id ?? null,
    draft: query.get("draft"),
    fork: query.get("fork"),
    template: query.get("template"),
    desire: query.get("desire"),
  };
}

/** Opens what the address names, unless it is open already: a draft that is saved, here or on the server, changes its address. */
function useOpened({ shader, draft, fork, template, desire }: EditorTarget): Opened | null {
  const [opened, setOpened] = useState<Opened | null>(null);
  const editor = useRef<EditorStore | null>(null);
  useEffect(() => {
    if (editor.current !== null && shows(editor.current, { shader, draft })) return;
    const leaving = new AbortController();
    editor.current?.dispose();
    editor.current = null;
    setOpened(null);
    void open({ shader, draft, fork, template, desire }, leaving.signal).then((found) => {
      if (found === null) return;
      editor.current = found.kind === "editor" ? found.editor : null;
      setOpened(found);
    });
    return () => leaving.abort();
  }, [shader, draft, fork, template, desire]);
  useEffect(
    () => () => {
      editor.current?.dispose();
      editor.current = null;
    },
    [],
  );
  return opened;
}

function shows({ draft }: EditorStore, target: Pick<EditorTarget, "shader" | "draft">): boolean {
  if (target.draft !== null) return target.draft === draft.id;
  return target.shader !== null && target.shader === draft.shaderId;
}

function Failed({ error, drafts }: Extract<Opened, { kind: "failed" }>) {
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className="mx-auto max-w-2xl px-4 py-8">
      <EmptyState
        title={missing ? "There is no such shader, or it is not yours to see" : "The shader could not be loaded"}
        action={{ label: "Try again", onAct: () => location.reload() }}
      >
        {error instanceof ApiError && !missing ? error.message : "If you wrote it, sign in and come back."}
      </EmptyState>
      {drafts.length > 0 && <UnfinishedDrafts drafts={drafts} />}
    </div>
  );
}
