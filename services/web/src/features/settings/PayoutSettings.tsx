import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { Button } from "../../components/ui/Button";
import { SelectField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { day } from "../../lib/dates";
import { inWords } from "../../lib/money";
import { useFormErrors } from "../../lib/useFormErrors";
import { type Capabilities, usePayments } from "../shaders/payments/queries";
import { Section } from "./Section";

type Summary = Schemas["PayoutSummary"];

const STANDS: Readonly<Record<Summary["status"], string>> = {
  no_account: "You have no payout account yet, so nobody can pay you.",
  onboarding: "Stripe still asks for something before you can be paid.",
  ready: "You can be paid.",
  restricted: "Stripe does not let you be paid at the moment.",
  closed: "Your payout account is closed. Ask the operator of this site.",
};

/** Where one's payout account stands, what is missing and what is owed. */
export function PayoutSettings() {
  const payments = usePayments();
  const { data, error, refetch } = useQuery({
    queryKey: keys.payouts,
    queryFn: () => ok(api.GET("/api/v1/payouts")),
    enabled: payments?.payouts === true,
    staleTime: 0,
  });
  return (
    <Section
      title="Payouts"
      note="For answers that are accepted. Stripe asks who you are and where your bank is; this site never sees it."
    >
      {payments !== null && !payments.payouts && <p className="text-ink-2">Nobody is paid in money on this site.</p>}
      <LoadFailure error={error} onRetry={() => void refetch()} />
      {payments && data && <Account payments={payments} summary={data} />}
    </Section>
  );
}

function Account({ payments, summary }: { readonly payments: Capabilities; readonly summary: Summary }) {
  const { status, country, missing = [], why_not: whyNot, bank_refused_at: refused, owed = 0, owes = 0 } = summary;
  const unit = { currency: payments.currency ?? "", exponent: payments.exponent ?? 0 };
  const isPayable = !country || payments.countries.includes(country);
  return (
    <>
      <p className={status === "ready" && isPayable ? "text-good" : ""}>{STANDS[status]}</p>
      {!isPayable && <p>This site cannot pay artists in {regionOf(country ?? "")}.</p>}
      {missing.length > 0 && <p className="text-sm text-ink-2">Missing: {missing.join(", ")}.</p>}
      {whyNot && <p className="text-sm text-ink-2">Stripe says: {whyNot}.</p>}
      {refused && <p className="text-sm text-bad">Your bank refused a payout on {day(refused)}. Check it at Stripe.</p>}
      <p className="text-sm text-ink-2">
        {owed > 0
          ? `${inWords(owed, unit)} are owed to you, and sent as soon as that can be.`
          : "Nothing is owed to you."}
        {owes > 0 && ` ${inWords(owes, unit)} that a bank took back come off later payouts.`}
      </p>
      {status === "no_account" ? (
        <Open countries={payments.countries} />
      ) : (
        status !== "closed" && <Go ready={status === "ready"} />
      )}
    </>
  );
}

function regionOf(code: string): string {
  return new Intl.DisplayNames("en", { type: "region", fallback: "code" }).of(code) ?? code;
}

function useLink() {
  return useMutation({
    mutationFn: () => ok(api.POST("/api/v1/payouts/link")),
    onSuccess: ({ url }) => location.assign(url),
  });
}

function Go({ ready }: { readonly ready: boolean }) {
  const { mutate, error, isPending } = useLink();
  const { rest, mustWait } = useFormErrors(error);
  return (
    <>
      <FormError>{rest}</FormError>
      <Button
        variant={ready ? "plain" : "main"}
        className="self-start"
        disabled={isPending || mustWait}
        onClick={() => mutate()}
      >
        {ready ? "Change it at Stripe" : "Go on at Stripe"}
      </Button>
    </>
  );
}

function Open({ countries }: { readonly countries: readonly string[] }) {
  const client = useQueryClient();
  const options = countries
    .map((code) => [code, regionOf(code)] as const)
    .toSorted(([, a], [, b]) => a.localeCompare(b));
  const [country, setCountry] = useState(options[0]?.[0] ?? "");
  const [ofAge, setOfAge] = useState(false);
  const link = useLink();
  const open = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/payouts/account", { body: { country, of_age: true } })),
    onSuccess: () => {
      link.mutate();
      return client.invalidateQueries({ queryKey: keys.desires });
    },
  });
  const { rest, mustWait } = useFormErrors(open.error ?? link.error);
  const send = (event: FormEvent) => {
    event.preventDefault();
    open.mutate();
  };
  return (
    <form onSubmit={send} className="flex flex-col gap-4">
      <SelectField
        label="Country"
        hint="Where you live. Artists elsewhere cannot be paid here."
        options={options}
        value={country}
        onChoose={setCountry}
      />
      <label className="flex min-h-8 items-center gap-3 pointer-coarse:min-h-11">
        <input
          type="checkbox"
          className="size-4 flex-none accent-accent"
          checked={ofAge}
          onChange={({ target }) => setOfAge(target.checked)}
        />
        I am 18, or have a guardian's consent
      </label>
      <FormError>{rest}</FormError>
      <Button
        variant="main"
        type="submit"
        className="self-start"
        disabled={!ofAge || country === "" || open.isPending || mustWait}
      >
        Set it up at Stripe
      </Button>
    </form>
  );
}
