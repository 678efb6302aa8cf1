import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { api, ok, type Schemas } from "../../api/client";
import { keys } from "../../api/keys";
import { BY_CURSOR } from "../../api/paging";
import { Button } from "../../components/ui/Button";
import { AreaField } from "../../components/ui/Field";
import { FormError } from "../../components/ui/FormError";
import { Paged } from "../../components/ui/Paged";
import { toast, toastError } from "../../components/ui/toastStore";
import { day } from "../../lib/dates";
import { said } from "../../lib/money";
import { useFormErrors } from "../../lib/useFormErrors";

type Pledge = Schemas["ContestedPledge"];
type Kind = "contested" | "stuck";

function useToDecide(kind: Kind) {
  return useInfiniteQuery({
    queryKey: keys.pledgesToDecide(kind),
    queryFn: ({ pageParam: cursor }) =>
      ok(
        kind === "contested"
          ? api.GET("/api/v1/pledge-decisions/contested", { params: { query: { limit: 24, cursor } } })
          : api.GET("/api/v1/pledge-decisions/stuck", { params: { query: { limit: 24, cursor } } }),
      ),
    staleTime: 0,
    ...BY_CURSOR,
  });
}

/** For operators: pledges that are contested, and those that a bank did not take back. */
export function Pledges() {
  return (
    <>
      <List kind="contested" title="Contested" nothing="No pledge is contested." />
      <List kind="stuck" title="Not taken back by a bank" nothing="Every bank took back what it was given." />
    </>
  );
}

function List({ kind, title, nothing }: { readonly kind: Kind; readonly title: string; readonly nothing: string }) {
  const query = useToDecide(kind);
  const pledges = query.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="text-lg font-medium">{title}</h2>
      <Paged query={query} empty={pledges.length === 0} nothing={nothing}>
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {pledges.map((pledge) => (
            <li key={pledge.id} className="flex flex-col gap-3 py-4">
              <Facts pledge={pledge} />
              {kind === "contested" ? <Decide pledge={pledge} /> : <Again id={pledge.id} />}
            </li>
          ))}
        </ul>
      </Paged>
    </section>
  );
}

function Facts({ pledge }: { readonly pledge: Pledge }) {
  const { by, prompt, desire_id: desire, shader_id: work, title, objections, until, money } = pledge;
  return (
    <>
      <p>
        <span className="font-medium tabular-nums">{said(money)}</span> of {by?.display_name ?? "a deleted account"} for{" "}
        <Link to={`/desires/${desire}`} className="underline [overflow-wrap:anywhere]">
          {prompt}
        </Link>
      </p>
      <p className="text-sm text-ink-2">
        {work && (
          <>
            Answered by{" "}
            <Link to={`/s/${work}`} className="text-ink underline">
              {title ?? work}
            </Link>
            .{" "}
          </>
        )}
        {until && `Without a decision it goes back on ${day(until)}.`}
      </p>
      {objections.map((one) => (
        <blockquote key={one.at} className="border-l-2 border-bad pl-3 text-sm [overflow-wrap:anywhere]">
          {one.by?.display_name ?? "A deleted account"}: {one.reason}
        </blockquote>
      ))}
    </>
  );
}

function usePledgeDecision<V>(decide: (value: V) => Promise<unknown>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: decide,
    onSettled: () => client.invalidateQueries({ queryKey: keys.moderation }),
  });
}

function Decide({ pledge: { id } }: { readonly pledge: Pledge }) {
  const [reason, setReason] = useState("");
  const { mutate, error, isPending } = usePledgeDecision((pays: boolean) => {
    const params = { path: { pledge_id: id } };
    return ok(api.POST("/api/v1/pledge-decisions/{pledge_id}", { params, body: { pays, reason } }));
  });
  const { fields, rest, mustWait } = useFormErrors(error);
  const decide = (pays: boolean) => mutate(pays, { onSuccess: () => toast("Decided. Both sides are told.") });
  const off = reason.trim() === "" || isPending || mustWait;
  return (
    <div className="flex max-w-2xl flex-col gap-3">
      <AreaField
        label="Reason"
        hint="Both sides read it."
        error={fields["reason"]}
        rows={2}
        maxLength={1000}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <FormError>{rest}</FormError>
      <p className="flex flex-wrap gap-2">
        <Button disabled={off} onClick={() => decide(true)}>
          Pay the artist
        </Button>
        <Button disabled={off} onClick={() => decide(false)}>
          Give it back
        </Button>
      </p>
    </div>
  );
}

function Again({ id }: { readonly id: string }) {
  const { mutate, isPending } = usePledgeDecision((_: null) =>
    ok(api.POST("/api/v1/pledge-decisions/{pledge_id}/refund", { params: { path: { pledge_id: id } } })),
  );
  return (
    <Button
      className="self-start"
      disabled={isPending}
      onClick={() => mutate(null, { onSuccess: () => toast("Tried once more."), onError: toastError })}
    >
      Try the refund once more
    </Button>
  );
}
