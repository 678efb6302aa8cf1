/** What is said of pledges: where they stand, and what happens next and when. */

import type { Schemas } from "../../../api/client";
import { day } from "../../../lib/dates";
import { isPoints } from "../../../lib/money";
import type { Pledge } from "./queries";

type State = Schemas["PledgeState"];

const RETURNED: Readonly<Record<string, string>> = {
  withdrawn: "you took it back",
  expired: "nobody delivered in time",
  closed: "nobody can answer the desire any more",
  self_dealing: "nobody is paid by their own pledge",
  full: "the desire has as many pledges as it may",
  fraud_warning: "its bank warned of fraud",
  decided: "the operator decided so",
  undecided: "the operator did not decide in time",
  unpayable: "the artist could not be paid",
};

/** Why it goes back: one of our reasons, or what an operator wrote. */
export function reasonOf({ reason }: Pick<Pledge, "reason">): string {
  if (reason === null) return "";
  return `: ${RETURNED[reason] ?? reason}`;
}

function on(at: string | null): string {
  return at === null ? "" : ` on ${day(at)}`;
}

type Sentence = (pledge: Pledge, artist: string) => string;

const STANDS: Readonly<Record<State, Sentence>> = {
  awaiting_payment: () => "Not counted until it is paid",
  void: () => "Not paid, so it does not count. Pledge again whenever you like",
  active: ({ next_at }) => `It counts. All of it comes back to you${on(next_at)} if nobody delivers`,
  in_review: ({ next_at }) => `A work waits for your answer. Without one it counts as accepted${on(next_at)}`,
  contested: ({ next_at }) =>
    `It is contested. The operator decides${next_at ? ` by ${day(next_at)}` : ""}, else all of it comes back to you`,
  accepted: (_, artist) => `Accepted. It is owed to ${artist}, and sent as soon as that can be`,
  releasing: (_, artist) => `Accepted. It is on its way to ${artist}`,
  released: (_, artist) => `Accepted. ${artist} got it`,
  clawed: () => "Your bank took it back after it was paid out",
  refunding: (pledge) =>
    `It is on its way back to you${isPoints(pledge.money) ? "" : ", which takes 5 to 10 days"}${reasonOf(pledge)}`,
  refund_stuck: () => "Your bank did not take it back. It stays yours, and the operator sees it",
  refunded: (pledge) => `All of it is back with you${reasonOf(pledge)}`,
  disputed: () => "Your bank took it back, which is being decided",
  lost: () => "Your bank took it back for good",
};

/** Where one's own pledge stands, as a sentence. */
export function stands(pledge: Pledge): string {
  return `${STANDS[pledge.state](pledge, pledge.paid_to?.display_name ?? "the artist")}.`;
}

const HAPPENED: Readonly<Record<string, string>> = {
  created: "Pledged",
  paid: "Paid",
  checkout_ended: "Not paid in time",
  withdrawn: "Taken back",
  expired: "Nobody delivered in time",
  closed: "The desire was closed",
  self_dealing: "You answered the desire yourself",
  warned: "Your bank warned of fraud",
  answered: "A work was sent in",
  answer_gone: "The work was taken back",
  work_gone: "The accepted work was deleted",
  accepted: "You accepted",
  owner_accepted: "The desire's author accepted: without your objection it is paid out",
  silent: "Counted as accepted",
  objected: "You objected",
  decided_pay: "The operator decided for the artist",
  decided_return: "The operator decided for you",
  undecided: "The operator did not decide in time",
  released: "Sent to the artist",
  sent: "The artist got it",
  send_refused: "It could not be sent to the artist yet",
  overdue: "The artist could not be paid",
  refunded: "Back with you",
  refund_failed: "Your bank did not take it back",
  refund_again: "Tried again to give it back",
  disputed: "Disputed with your bank",
  dispute_won: "The dispute was decided for the site",
  dispute_lost: "The dispute was decided for you",
};

export function happened(event: string): string {
  return HAPPENED[event] ?? event.replaceAll("_", " ");
}

/** As everybody reads it beside a pledge of somebody's. */
export const PUBLIC_STATES: Readonly<Record<State, string>> = {
  awaiting_payment: "not paid yet",
  void: "not paid",
  active: "there to be earned",
  in_review: "a work waits",
  contested: "contested",
  accepted: "accepted",
  releasing: "on its way",
  released: "paid",
  clawed: "taken back by a bank",
  refunding: "going back",
  refund_stuck: "going back",
  refunded: "gone back",
  disputed: "disputed with a bank",
  lost: "taken back by a bank",
};

/** Why one cannot pledge, by the API's code. */
export const REFUSED: Readonly<Record<string, string>> = {
  pledges_closed: "New pledges are not taken at the moment.",
  address_unverified: "Confirm your address before you pledge: open the link in the mail that we sent.",
  account_too_new: "New accounts wait three days before they pledge.",
  desire_closed: "Nobody can answer this desire any more, so nothing can be pledged on it.",
  bounty_full: "This desire has as many pledges as it may.",
  self_dealing: "You answered this desire: nobody is paid by their own pledge.",
  pledge_limit: "You have pledged as much as you may.",
  too_many_withdrawals: "You took back several pledges lately, and can pledge again later.",
  pledging_blocked: "Your bank took back a pledge of yours, so you cannot pledge any more.",
};
