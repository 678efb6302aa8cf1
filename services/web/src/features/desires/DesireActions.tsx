import { lazy, Suspense, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { ActionMenu } from "../../components/ui/ActionMenu";
import { Button, ButtonLink } from "../../components/ui/Button";
import { ConfirmDialog } from "../../components/ui/ConfirmDialog";
import type { MenuEntry } from "../../components/ui/menuEntry";
import { toastError } from "../../components/ui/toastStore";
import { apiErrorsOf } from "../../lib/apiErrors";
import { signInPath } from "../../lib/returnTo";
import { useModerates } from "../shaders/moderation/decide";
import { type Desire, useFollow, useWithdraw } from "./queries";

const AnswerDialog = lazy(async () => ({ default: (await import("./AnswerDialog")).AnswerDialog }));
const DecideDialog = lazy(async () => ({ default: (await import("../shaders/moderation/DecideDialog")).DecideDialog }));
const ReportDialog = lazy(async () => ({ default: (await import("../shaders/moderation/ReportDialog")).ReportDialog }));

interface Props {
  readonly desire: Desire;
  readonly isAuthor: boolean;
}

type Open = "answer" | "withdraw" | "report" | "hide" | "keep" | null;

/** What one does with a desire: answer it, want it too; its author takes it back, others report it, moderators hide it. */
export function DesireActions({ desire, isAuthor }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const isOpen = desire.state === "open";
  const subject = { kind: "desire", id: desire.id, title: desire.prompt } as const;
  return (
    <div className="flex flex-wrap items-center gap-2">
      {isOpen && (
        <>
          <ButtonLink variant="main" to={`/new?desire=${desire.id}`}>
            Make it
          </ButtonLink>
          <AnswerButton onOpen={() => setOpen("answer")} />
          {!isAuthor && <Follow desire={desire} />}
          {isAuthor && (
            <Button variant="quiet" onClick={() => setOpen("withdraw")}>
              Take it back
            </Button>
          )}
        </>
      )}
      {!isAuthor && <More desire={desire} onOpen={setOpen} />}
      <Suspense>
        {open === "answer" && <AnswerDialog desire={desire} onClose={close} />}
        {open === "report" && <ReportDialog subject={subject} onClose={close} />}
        {(open === "hide" || open === "keep") && <DecideDialog subject={subject} action={open} onClose={close} />}
      </Suspense>
      {open === "withdraw" && <Withdraw id={desire.id} onClose={close} />}
    </div>
  );
}

function useVisitor(): boolean {
  return useSession(({ status }) => status === "visitor" || status === "expired");
}

function AnswerButton({ onOpen }: { readonly onOpen: () => void }) {
  const isVisitor = useVisitor();
  const navigate = useNavigate();
  const here = useLocation();
  return <Button onClick={() => (isVisitor ? void navigate(signInPath(here)) : onOpen())}>Answer with a shader</Button>;
}

function Follow({ desire: { id, following } }: { readonly desire: Desire }) {
  const isVisitor = useVisitor();
  const navigate = useNavigate();
  const here = useLocation();
  const follow = useFollow(id);
  const press = () => {
    if (isVisitor) void navigate(signInPath(here));
    else follow.mutate(following !== true, { onError: toastError });
  };
  return (
    <Button aria-pressed={following === true} disabled={follow.isPending} onClick={press}>
      {following ? "You want this, too" : "I want this, too"}
    </Button>
  );
}

function Withdraw({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const withdraw = useWithdraw(id);
  return (
    <ConfirmDialog
      title="Take this wish back?"
      action="Take it back"
      error={withdraw.error && apiErrorsOf(withdraw.error).rest}
      isPending={withdraw.isPending}
      onConfirm={() => withdraw.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>Only you will see it from then on. Shaders that answer it stay where they are.</p>
    </ConfirmDialog>
  );
}

function More({ desire, onOpen }: { readonly desire: Desire; readonly onOpen: (open: Open) => void }) {
  const isVisitor = useVisitor();
  const moderates = useModerates();
  const navigate = useNavigate();
  const here = useLocation();
  const report = () => (isVisitor ? void navigate(signInPath(here)) : onOpen("report"));
  const entries: MenuEntry[] = [{ type: "action", label: "Report", onSelect: report }];
  if (moderates) {
    entries.push(
      desire.hidden_reason === null
        ? { type: "action", label: "Hide", onSelect: () => onOpen("hide"), danger: true }
        : { type: "action", label: "Show again", onSelect: () => onOpen("keep") },
    );
  }
  return <ActionMenu label="More" entries={entries} />;
}
