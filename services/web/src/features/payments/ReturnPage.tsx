import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { Link, useSearchParams } from "react-router";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { ButtonLink } from "../../components/ui/Button";
import { EmptyState } from "../../components/ui/EmptyState";
import { LoadFailure } from "../../components/ui/LoadFailure";
import { SignedIn } from "../../components/ui/SignedIn";
import { said } from "../../lib/money";
import { useTitle } from "../../lib/title";
import { OwnPledge } from "../shaders/payments/OwnPledge";
import { pledgesChanged, usePledge } from "../shaders/payments/queries";

type Order = Schemas["OrderSummary"];

const AGAIN_MS = 4_000;
const TRIES = 8;

/** Where Stripe's page leads back to, whether one has paid or left it: it asks where the payment stands. */
export function ReturnPage() {
  useTitle("Your payment");
  const order = useSearchParams()[0].get("order");
  if (!order) {
    return (
      <EmptyState title="This address is not whole">
        <Link to="/settings/pledges">See your pledges</Link>
      </EmptyState>
    );
  }
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 px-4 py-8">
      <h1 className="text-xl font-medium">Your payment</h1>
      <SignedIn>{() => <Outcome id={order} />}</SignedIn>
    </div>
  );
}

/** Asked again while it is on its way. */
function useOrder(id: string, left: boolean) {
  return useQuery({
    queryKey: keys.order(id),
    queryFn: () => ok(api.POST("/api/v1/payments/orders/{order_id}/look", { params: { path: { order_id: id } } })),
    staleTime: 0,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state: { data, dataUpdateCount } }) =>
      data !== undefined && isMoving(data, left) && dataUpdateCount < TRIES ? AGAIN_MS : false,
  });
}

function isMoving({ state }: Order, left: boolean): boolean {
  return state === "processing" || (!left && (state === "open" || state === "asked"));
}

function Outcome({ id }: { readonly id: string }) {
  const left = useSearchParams()[0].get("left") === "true";
  const client = useQueryClient();
  const { data, error, refetch } = useOrder(id, left);
  const state = data?.state;
  useEffect(() => {
    // What it was for stands elsewhere now.
    if (state === undefined) return;
    void pledgesChanged(client);
    void client.invalidateQueries({ queryKey: keys.subscription });
  }, [client, state]);
  if (data === undefined) {
    return error ? <LoadFailure error={error} onRetry={() => void refetch()} /> : <p role="status">Asking Stripe…</p>;
  }
  const [kind, subject = ""] = data.subject.split(":");
  return (
    <>
      <p role="status" className="text-lg">
        {stands(data, left)}
      </p>
      <p className="text-ink-2">{data.title}</p>
      {kind === "pledge" ? (
        <Pledge id={subject} paid={data.state === "paid" || data.state === "processing"} />
      ) : (
        <ButtonLink to="/settings/usage" className="self-start">
          See what you may
        </ButtonLink>
      )}
    </>
  );
}

const STANDS: Readonly<Record<string, string>> = {
  paid: "It is paid. Thank you.",
  processing: "Your bank is still at it. You can leave this page: we tell you when it is done.",
  expired: "The page to pay on has run out. Nothing was charged.",
  wrong: "What came in is not what was asked for, so all of it goes back to you.",
};

function stands({ state }: Order, left: boolean): string {
  const known = STANDS[state];
  if (known !== undefined) return known;
  return left
    ? "It is not paid. Nothing was charged."
    : "Stripe has not said yet that it is paid. This page asks again.";
}

function Pledge({ id, paid }: { readonly id: string; readonly paid: boolean }) {
  const { data } = usePledge(id, paid);
  if (data === undefined) return null;
  // It has a button to pay until it counts, and nobody shall pay twice.
  const counts = !paid || data.state !== "awaiting_payment";
  return (
    <>
      {counts ? (
        <ul className="border-y border-line">
          <OwnPledge pledge={data} />
        </ul>
      ) : (
        <p role="status">{said(data.money)} are being counted. You need not wait for it here.</p>
      )}
      <ButtonLink to={`/desires/${data.desire_id}`} className="self-start">
        Back to the desire
      </ButtonLink>
    </>
  );
}
