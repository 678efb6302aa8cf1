import { useState } from "react";
import { useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { Button, ButtonLink } from "../../components/Button";
import { sayError } from "../../components/toasts";
import { mayBeForked } from "../../lib/licences";
import { save } from "../../lib/save";
import { DeleteDialog } from "./DeleteDialog";
import { DetailsDialog } from "./DetailsDialog";
import { Menu, type MenuItem } from "./Menu";
import { shadertoyOf, type Work } from "./queries";
import { ReportDialog } from "./ReportDialog";
import { ShareDialog } from "./ShareDialog";
import { Vote } from "./Vote";

interface Props {
  readonly work: Work;
  /** The version that is looked at, with its source. */
  readonly version: number;
  readonly source: string;
  readonly isAuthor: boolean;
}

type Open = "share" | "report" | "delete" | "details" | null;

/** What can be done with a work; more for its author. */
export function Actions({ work, version, source, isAuthor }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Vote work={work} />
      {isAuthor && (
        <ButtonLink kind="main" to={`/edit/${work.id}`}>
          Edit
        </ButtonLink>
      )}
      {(isAuthor || mayBeForked(work.licence)) && (
        <ButtonLink kind={isAuthor ? "plain" : "main"} to={`/new?fork=${work.id}`}>
          Fork
        </ButtonLink>
      )}
      <Button onClick={() => setOpen("share")}>Share</Button>
      <Menu label="Download" items={downloads(work, version, source)} />
      <More work={work} isAuthor={isAuthor} onOpen={setOpen} />
      {open === "share" && <ShareDialog work={work} onClose={close} />}
      {open === "report" && <ReportDialog work={work} onClose={close} />}
      {open === "delete" && <DeleteDialog work={work} onClose={close} />}
      {open === "details" && <DetailsDialog work={work} onClose={close} />}
    </div>
  );
}

function downloads({ id, title, dialect }: Work, version: number, source: string): MenuItem[] {
  const asShadertoy = async () => {
    try {
      save(await shadertoyOf(id, version), `${title}.shadertoy.json`);
    } catch (error) {
      sayError(error);
    }
  };
  const code = { label: "Source (.glsl)", onChoose: () => save(source, `${title}.glsl`) };
  return dialect === "shadertoy" ? [code, { label: "Shadertoy JSON", onChoose: () => void asShadertoy() }] : [code];
}

interface MoreProps {
  readonly work: Work;
  readonly isAuthor: boolean;
  readonly onOpen: (open: Open) => void;
}

function More({ work, isAuthor, onOpen }: MoreProps) {
  const isVisitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const navigate = useNavigate();
  const report = () => {
    if (isVisitor) navigate(`/sign-in?${new URLSearchParams({ next: `/s/${work.id}` })}`);
    else onOpen("report");
  };
  const items: MenuItem[] = isAuthor
    ? [
        { label: "Change details", onChoose: () => onOpen("details") },
        { label: "Delete", onChoose: () => onOpen("delete"), danger: true },
      ]
    : [{ label: "Report", onChoose: report }];
  return <Menu label="More" items={items} />;
}
