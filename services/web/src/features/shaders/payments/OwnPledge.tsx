import { type ReactNode, useState } from "react";
import { Button } from "../../../components/ui/Button";
import { ConfirmDialog } from "../../../components/ui/ConfirmDialog";
import { FormError } from "../../../components/ui/FormError";
import { toast, toastError } from "../../../components/ui/toastStore";
import { day } from "../../../lib/dates";
import { formErrorsOf } from "../../../lib/formErrors";
import { isPoints, said } from "../../../lib/money";
import { type Pledge, usePay, usePledge, useWithdrawPledge } from "./queries";
import { happened, reasonOf, stands } from "./words";

interface Props {
  readonly pledge: Pledge;
  /** What it is for, where the page does not say so. */
  readonly children?: ReactNode;
}

/** A pledge of one's own: where it stands, what happens next, and what one can do about it. */
export function OwnPledge({ pledge, children }: Props) {
  const [asks, setAsks] = useState(false);
  const [open, setOpen] = useState(false);
  const pay = usePay();
  const { state, can_withdraw: canWithdraw } = pledge;
  const amount = said(pledge.money);
  const named = <span className="sr-only"> of the pledge of {amount}</span>;
  return (
    <li className="flex flex-col gap-2 py-3">
      {children}
      <p className="[overflow-wrap:anywhere]">
        <span className="font-medium tabular-nums">{amount}</span>{" "}
        <span className="text-sm text-ink-2">
          {stands(pledge)}
          {pledge.paid_at
            ? ` ${isPoints(pledge.money) ? "Pledged" : "Paid"} ${day(pledge.paid_at)}, terms ${pledge.terms_version}.`
            : ""}
        </span>
      </p>
      <p className="flex flex-wrap gap-2">
        {state === "awaiting_payment" && (
          <Button disabled={pay.isPending} onClick={() => pay.mutate(pledge.id, { onError: toastError })}>
            Pay {amount}
          </Button>
        )}
        {canWithdraw && (
          <Button variant="quiet" onClick={() => setAsks(true)}>
            Take it back{named}
          </Button>
        )}
        <Button variant="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          History{named}
        </Button>
      </p>
      {open && <History id={pledge.id} />}
      {asks && <Withdraw pledge={pledge} onClose={() => setAsks(false)} />}
    </li>
  );
}

function History({ id }: { readonly id: string }) {
  const { data, error } = usePledge(id);
  if (error) return <FormError>{formErrorsOf(error, {}).rest}</FormError>;
  if (data === undefined) return <p role="status">Loading…</p>;
  return (
    <ol className="flex flex-col gap-1 border-l border-line pl-3 text-sm">
      {data.history.map((line) => (
        <li key={`${line.at} ${line.event}`} className="[overflow-wrap:anywhere]">
          <time dateTime={line.at} className="text-ink-2">
            {day(line.at)}
          </time>{" "}
          {happened(line.event)}
          {line.reason !== line.event && reasonOf(line)}
        </li>
      ))}
    </ol>
  );
}

function Withdraw({ pledge, onClose }: { readonly pledge: Pledge; readonly onClose: () => void }) {
  const { mutate, error, isPending } = useWithdrawPledge(pledge.id);
  const onSuccess = () => {
    toast(pledge.state === "awaiting_payment" ? "The pledge is taken back." : "All of it goes back to you.");
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Take back your pledge of ${said(pledge.money)}?`}
      action="Take it back"
      error={formErrorsOf(error, {}).rest}
      isPending={isPending}
      onConfirm={() => mutate(undefined, { onSuccess })}
      onClose={onClose}
    >
      <p>{consequence(pledge)}</p>
    </ConfirmDialog>
  );
}

function consequence({ state, money }: Pledge): string {
  if (state === "awaiting_payment") return "It was not paid, so nothing is charged.";
  return isPoints(money)
    ? "All of it is back with you at once, and gone from the bounty."
    : "All of it goes back to where you paid from, which takes 5 to 10 days. It is gone from the bounty at once.";
}
