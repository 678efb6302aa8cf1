import { type FormEvent, useState } from "react";
import type { Schemas } from "../../../api/client";
import { ApiError } from "../../../api/problem";
import { Button } from "../../../components/ui/Button";
import { Dialog } from "../../../components/ui/Dialog";
import { AreaField } from "../../../components/ui/Field";
import { FormError } from "../../../components/ui/FormError";
import { RadioGroup } from "../../../components/ui/Select";
import { toast } from "../../../components/ui/toastStore";
import { optionsOf } from "../../../lib/labels";
import { useReport } from "./decide";
import { nameOf, nounOf, type Subject } from "./subject";
import { REASONS } from "./words";

type Reason = Schemas["ReportReason"];

/** Reports it to the moderators. */
export function ReportDialog({ subject, onClose }: { readonly subject: Subject; readonly onClose: () => void }) {
  const [reason, setReason] = useState<Reason | null>(null);
  const [detail, setDetail] = useState("");
  const report = useReport(subject);
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
    <Dialog title={`Report "${nameOf(subject)}"`} onClose={onClose}>
      <form onSubmit={send} className="flex flex-col gap-4">
        <RadioGroup
          legend="What is wrong with it?"
          name="reason"
          value={reason}
          options={optionsOf(REASONS)}
          onChange={setReason}
        />
        <AreaField
          label="What a moderator should know (optional)"
          rows={3}
          maxLength={2000}
          value={detail}
          onChange={({ target }) => setDetail(target.value)}
        />
        <FormError>{report.error && messageOf(report.error, subject)}</FormError>
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

function messageOf(error: Error, subject: Subject): string {
  if (error instanceof ApiError && error.code === "already_reported")
    return `You have reported this ${nounOf(subject)} already.`;
  return error.message;
}
