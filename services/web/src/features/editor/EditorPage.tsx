import { useEffect, useRef, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { ApiError } from "../../api/problem";
import { Notice } from "../../components/Notice";
import { useTitle } from "../../lib/title";
import type { Desk } from "./desk";
import { DeskProvider } from "./desk";
import { type Opened, open, type Wanted } from "./opening";
import { Unfinished } from "./parts/Unfinished";
import { StartPage } from "./StartPage";
import { Workbench } from "./Workbench";
import "./editor.css";

/** `/new` and `/edit/ID`. */
export function EditorPage() {
  const wanted = useWanted();
  useTitle(wanted.work === null ? "New shader" : "Edit");
  const opened = useOpened(wanted);
  if (opened === null) return <div className="h-[calc(100dvh-3rem)]" />;
  if (opened.kind === "start") return <StartPage drafts={opened.drafts} />;
  if (opened.kind === "failed") return <Failed {...opened} />;
  return (
    <DeskProvider value={opened.desk}>
      <Workbench key={opened.desk.key} copied={opened.copied} offered={opened.offered} still={opened.still} />
    </DeskProvider>
  );
}

function useWanted(): Wanted {
  const { id } = useParams();
  const [query] = useSearchParams();
  return { work: id ?? null, draft: query.get("draft"), fork: query.get("fork"), template: query.get("template") };
}

/** Opens what the address wants, unless it is open already: a draft that is kept or saved changes its address. */
function useOpened({ work, draft, fork, template }: Wanted): Opened | null {
  const [opened, setOpened] = useState<Opened | null>(null);
  const desk = useRef<Desk | null>(null);
  useEffect(() => {
    if (desk.current !== null && shows(desk.current, { work, draft })) return;
    const leaving = new AbortController();
    desk.current?.dispose();
    desk.current = null;
    setOpened(null);
    void open({ work, draft, fork, template }, leaving.signal).then((found) => {
      if (found === null) return;
      desk.current = found.kind === "desk" ? found.desk : null;
      setOpened(found);
    });
    return () => leaving.abort();
  }, [work, draft, fork, template]);
  useEffect(
    () => () => {
      desk.current?.dispose();
      desk.current = null;
    },
    [],
  );
  return opened;
}

function shows({ draft }: Desk, wanted: Pick<Wanted, "work" | "draft">): boolean {
  if (wanted.draft !== null) return wanted.draft === draft.id;
  return wanted.work !== null && wanted.work === draft.workId;
}

function Failed({ error, drafts }: Extract<Opened, { kind: "failed" }>) {
  const missing = error instanceof ApiError && error.status === 404;
  return (
    <div className="mx-auto max-w-2xl px-4 py-8">
      <Notice
        title={missing ? "There is no such work, or it is not yours to see" : "The work could not be loaded"}
        action={{ label: "Try again", onAct: () => location.reload() }}
      >
        {error instanceof ApiError && !missing ? error.message : "If you wrote it, sign in and come back."}
      </Notice>
      {drafts.length > 0 && <Unfinished drafts={drafts} />}
    </div>
  );
}
