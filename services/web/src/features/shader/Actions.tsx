import { useState } from "react";
import { useNavigate } from "react-router";
import { useSession } from "../../api/session";
import { Menu, type MenuItem } from "../../components/ui/ActionMenu";
import { Button, ButtonLink } from "../../components/ui/Button";
import { toastError } from "../../components/ui/toastStore";
import { download } from "../../lib/download";
import { mayBeForked } from "../../lib/licences";
import { DeleteDialog } from "./DeleteDialog";
import { DetailsDialog } from "./DetailsDialog";
import { type Shader, shadertoyOf } from "./queries";
import { ReportDialog } from "./ReportDialog";
import { ShareDialog } from "./ShareDialog";
import { Vote } from "./Vote";

interface Props {
  readonly shader: Shader;
  /** The version that is looked at, with its source. */
  readonly version: number;
  readonly source: string;
  readonly isAuthor: boolean;
}

type Open = "share" | "report" | "delete" | "details" | null;

/** What can be done with a shader; more for its author. */
export function Actions({ shader, version, source, isAuthor }: Props) {
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
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
      <Menu label="Download" items={downloads(shader, version, source)} />
      <More shader={shader} isAuthor={isAuthor} onOpen={setOpen} />
      {open === "share" && <ShareDialog shader={shader} onClose={close} />}
      {open === "report" && <ReportDialog shader={shader} onClose={close} />}
      {open === "delete" && <DeleteDialog shader={shader} onClose={close} />}
      {open === "details" && <DetailsDialog shader={shader} onClose={close} />}
    </div>
  );
}

function downloads({ id, title, dialect }: Shader, version: number, source: string): MenuItem[] {
  const asShadertoy = async () => {
    try {
      download(await shadertoyOf(id, version), `${title}.shadertoy.json`);
    } catch (error) {
      toastError(error);
    }
  };
  const code = { label: "Source (.glsl)", onChoose: () => download(source, `${title}.glsl`) };
  return dialect === "shadertoy" ? [code, { label: "Shadertoy JSON", onChoose: () => void asShadertoy() }] : [code];
}

interface MoreProps {
  readonly shader: Shader;
  readonly isAuthor: boolean;
  readonly onOpen: (open: Open) => void;
}

function More({ shader, isAuthor, onOpen }: MoreProps) {
  const isVisitor = useSession(({ status }) => status === "visitor" || status === "expired");
  const navigate = useNavigate();
  const report = () => {
    if (isVisitor) navigate(`/sign-in?${new URLSearchParams({ next: `/s/${shader.id}` })}`);
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
