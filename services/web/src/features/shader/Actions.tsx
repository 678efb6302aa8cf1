import { lazy, Suspense, useState } from "react";
import { useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { ActionMenu } from "../../components/ui/ActionMenu";
import { Button, ButtonLink } from "../../components/ui/Button";
import type { MenuEntry } from "../../components/ui/menuEntry";
import { toastError } from "../../components/ui/toastStore";
import { download } from "../../lib/download";
import { mayBeForked } from "../../lib/licences";
import { signInPath } from "../../lib/returnTo";
import { type Action, useModerates } from "../shaders/moderation/decide";
import { type Shader, shadertoyOf } from "./queries";
import { Vote } from "./Vote";

const DeleteDialog = lazy(async () => ({ default: (await import("./DeleteDialog")).DeleteDialog }));
const DetailsDialog = lazy(async () => ({ default: (await import("./DetailsDialog")).DetailsDialog }));
const DecideDialog = lazy(async () => ({ default: (await import("../shaders/moderation/DecideDialog")).DecideDialog }));
const ReportDialog = lazy(async () => ({ default: (await import("../shaders/moderation/ReportDialog")).ReportDialog }));
const ShareDialog = lazy(async () => ({ default: (await import("./ShareDialog")).ShareDialog }));

interface Props {
  readonly shader: Shader;
  /** The version that is looked at, with its source. */
  readonly version: number;
  readonly source: string;
  readonly isAuthor: boolean;
}

type Open = "share" | "report" | "delete" | "details" | Action | null;

/** The actions on a shader; its author has more. */
export function Actions({ shader, version, source, isAuthor }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const subject = { kind: "shader", id: shader.id, title: shader.title } as const;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Vote shader={shader} />
      {isAuthor && (
        <ButtonLink variant="main" to={`/edit/${shader.id}`}>
          Edit
        </ButtonLink>
      )}
      {(isAuthor || mayBeForked(shader.licence)) && (
        <ButtonLink variant={isAuthor ? "plain" : "main"} to={`/new?fork=${shader.id}`}>
          Fork
        </ButtonLink>
      )}
      <Button onClick={() => setOpen("share")}>Share</Button>
      <ActionMenu label="Download" entries={downloads(shader, version, source)} />
      <More shader={shader} isAuthor={isAuthor} onOpen={setOpen} />
      <Suspense>
        {open === "share" && <ShareDialog shader={shader} onClose={close} />}
        {open === "report" && <ReportDialog subject={subject} onClose={close} />}
        {open === "delete" && <DeleteDialog shader={shader} onClose={close} />}
        {(open === "hide" || open === "keep") && (
          <DecideDialog
            subject={subject}
            action={open}
            waits={shader.awaits_review}
            lookedAt={shader.updated_at}
            onClose={close}
          />
        )}
        {open === "details" && <DetailsDialog shader={shader} onClose={close} />}
      </Suspense>
    </div>
  );
}

function downloads({ id, title, dialect }: Shader, version: number, source: string): MenuEntry[] {
  const asShadertoy = async () => {
    try {
      download(await shadertoyOf(id, version), `${title}.shadertoy.json`);
    } catch (error) {
      toastError(error);
    }
  };
  const code: MenuEntry = {
    type: "action",
    label: "Source (.glsl)",
    onSelect: () => download(source, `${title}.glsl`),
  };
  return dialect === "shadertoy"
    ? [code, { type: "action", label: "Shadertoy JSON", onSelect: () => void asShadertoy() }]
    : [code];
}

interface MoreProps {
  readonly shader: Shader;
  readonly isAuthor: boolean;
  readonly onOpen: (open: Open) => void;
}

function More({ shader, isAuthor, onOpen }: MoreProps) {
  const isVisitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const moderates = useModerates();
  const navigate = useNavigate();
  const report = () => {
    if (isVisitor) navigate(signInPath({ pathname: `/s/${shader.id}`, search: "" }));
    else onOpen("report");
  };
  const entries: MenuEntry[] = isAuthor
    ? [
        { type: "action", label: "Change details", onSelect: () => onOpen("details") },
        { type: "action", label: "Delete", onSelect: () => onOpen("delete"), danger: true },
      ]
    : [{ type: "action", label: "Report", onSelect: report }];
  if (moderates && !isAuthor) {
    const isHidden = shader.hidden_reason != null;
    if (isHidden || shader.awaits_review) {
      entries.push({ type: "action", label: isHidden ? "Show again" : "Publish", onSelect: () => onOpen("keep") });
    }
    if (!isHidden) entries.push({ type: "action", label: "Hide", onSelect: () => onOpen("hide") });
  }
  return <ActionMenu label="More" entries={entries} />;
}
