import { type FormEvent, useState } from "react";
import { useLocation, useNavigate } from "react-router";
import { Button } from "../../../components/ui/Button";
import { Field } from "../../../components/ui/Field";
import { FormError } from "../../../components/ui/FormError";
import { toast, toastError } from "../../../components/ui/toastStore";
import { count } from "../../../lib/labels";
import { inWords, isPoints, parseAmount, plain, type Unit } from "../../../lib/money";
import { signInPath } from "../../../lib/returnTo";
import { useFormErrors } from "../../../lib/useFormErrors";
import { type Bounty, type Capabilities, usePay } from "../../shaders/payments/queries";
import { REFUSED } from "../../shaders/payments/words";
import { useMakePledge, usePoints } from "./queries";

interface Props {
  readonly bounty: Bounty;
  readonly payments: Capabilities;
}

/** Where one pledges, or why one cannot. */
export function PledgeBox({ bounty, payments }: Props) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const here = useLocation();
  const { refusal } = bounty;
  if (refusal !== null && refusal !== "unauthorized") {
    return <p className="text-sm text-ink-2">{REFUSED[refusal] ?? "You cannot pledge on this desire."}</p>;
  }
  if (open) return <PledgeForm bounty={bounty} payments={payments} onClose={() => setOpen(false)} />;
  const press = () => (refusal === null ? setOpen(true) : void navigate(signInPath(here)));
  return (
    <Button className="self-start" onClick={press}>
      Pledge {isPoints({ currency: payments.currency ?? "" }) ? "points" : "on it"}
    </Button>
  );
}

/** What happens when the form is sent, in one sentence. */
function next(points: boolean): string {
  return points
    ? "The points leave your account at once and count for this desire."
    : "Next, a page of Stripe takes the payment by card. The pledge counts once it is paid.";
}

function PledgeForm({ bounty, payments, onClose }: Props & { readonly onClose: () => void }) {
  const unit: Unit = { currency: payments.currency ?? "", exponent: payments.exponent ?? 0 };
  const [least, most] = [payments.pledge_minimum ?? 1, payments.pledge_maximum ?? 1];
  const points = isPoints(unit);
  const [text, setText] = useState("");
  const left = usePoints(points).data?.left;
  const make = useMakePledge(bounty.desire_id);
  const pay = usePay();
  const { fields, rest, mustWait } = useFormErrors(make.error, {
    pledge_amount: "amount",
    not_enough_points: "amount",
  });
  const amount = parseAmount(text, unit.exponent);
  const fits = amount !== null && amount >= least && amount <= most;
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    const body = { amount, currency: unit.currency };
    make.mutate(body, {
      onSuccess: ({ id }) => {
        onClose();
        if (points) toast(`You pledged ${inWords(amount, unit)}.`);
        else pay.mutate(id, { onError: toastError });
      },
    });
  };
  const wrong = text.trim() !== "" && !fits ? `From ${inWords(least, unit)} to ${inWords(most, unit)}.` : undefined;
  const hint = `${inWords(least, unit)} to ${inWords(most, unit)}.${left === undefined ? "" : ` You have ${count(left, "point")} left this month.`}`;
  return (
    <form onSubmit={send} aria-label="Pledge" className="flex max-w-2xl flex-col gap-3 border-l-2 border-accent pl-4">
      <Field
        label={points ? "How many points" : `How much, in ${unit.currency}`}
        hint={hint}
        error={fields["amount"] ?? wrong}
        className="max-w-64"
        inputMode={unit.exponent === 0 ? "numeric" : "decimal"}
        placeholder={plain(least, unit.exponent)}
        autoComplete="off"
        autoFocus
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <div className="flex flex-col gap-1 text-sm text-ink-2">
        <p>{next(points)}</p>
        <p>
          {bounty.terms} <span className="whitespace-nowrap">(Terms {bounty.terms_version})</span>
        </p>
        {payments.test_mode && <p className="text-ink">This site is in test mode: no money moves.</p>}
      </div>
      <FormError>{rest}</FormError>
      <p className="flex flex-wrap gap-2">
        <Button variant="main" type="submit" disabled={!fits || make.isPending || mustWait}>
          {points ? "Pledge" : "Pledge and pay"}
          {fits && ` ${inWords(amount, unit)}`}
        </Button>
        <Button variant="quiet" onClick={onClose}>
          Cancel
        </Button>
      </p>
    </form>
  );
}
