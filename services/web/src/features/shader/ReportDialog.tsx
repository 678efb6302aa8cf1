import { type FormEvent, useState } from "react";
import type { Schemas } from "../../api/client";
import { ApiError } from "../../api/problem";
import { Button } from "../../components/ui/Button";
import { Dialog } from "../../components/ui/Dialog";
import { toast } from "../../components/ui/toastStore";
import { type Shader, useReport } from "./queries";

type Reason = Schemas["ReportReason"];

const REASONS: Record<Reason, string> = {
  spam: "Spam or advertising",
  copyright: "Somebody else's work, without their licence",
  hate: "Hatred against people",
  sexual: "Sexual",
  harmful: "Harmful, such as flashing that can cause seizures",
  other: "Something else",
};

/** Tells the moderators about a shader. */
export function ReportDialog({ shader, onClose }: { readonly shader: Shader; readonly onClose: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null);
  const [detail, setDetail] = useState("");
  const report = useReport(shader.id);
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (reason === null) return;
    const onSuccess = () => {
      toast("Thank you. A moderator will look at it.");
      onClose();
    };
    report.mutate({ reason, detail }, { onSuccess });
  };
  return (
    <Dialog title={`Report "${shader.title}"`} onClose={onClose}>
      <form onSubmit={send} className="flex flex-col gap-4">
        <Reasons chosen={reason} onChoose={setReason} />
        <Detail value={detail} onChange={setDetail} />
        {report.error !== null && (
          <p role="alert" className="text-sm text-bad">
            {messageOf(report.error)}
          </p>
        )}
        <p className="flex justify-end gap-2">
          <Button variant="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button variant="main" type="submit" disabled={reason === null || report.isPending}>
            Send report
          </Button>
        </p>
      </form>
    </Dialog>
  );
}

function messageOf(error: Error): string {
  if (error instanceof ApiError && error.code === "already_reported") return "You have reported this shader already.";
  return error.message;
}

interface ReasonsProps {
  readonly chosen: Reason | null;
  readonly onChoose: (reason: Reason) => void;
}

function Reasons({ chosen, onChoose }: ReasonsProps) {
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-sm font-medium">What is wrong with it?</legend>
      {(Object.keys(REASONS) as Reason[]).map((reason) => (
        <label key={reason} className="flex min-h-8 items-center gap-2 text-sm pointer-coarse:min-h-11">
          <input
            type="radio"
            name="reason"
            value={reason}
            checked={chosen === reason}
            onChange={() => onChoose(reason)}
            className="accent-accent"
          />
          {REASONS[reason]}
        </label>
      ))}
    </fieldset>
  );
}

function Detail({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  return (
    <label className="flex flex-col gap-1 text-sm font-medium">
      What a moderator should know (optional)
      <textarea
        value={value}
        onChange={(event) => onChange(event.target.value)}
        rows={3}
        maxLength={2000}
        className="rounded-sm border border-line bg-ground p-2 text-sm font-normal"
      />
    </label>
  );
}
