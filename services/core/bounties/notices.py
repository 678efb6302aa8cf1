"""Kinds of notice about pledges and bounties. What waits for somebody, or is about money, is mailed at once."""

from services.core.registry.notices import MailTiming, NoticeKind, Values


def _quoted(values: Values) -> str:
    return f"“{values['desire']}”"


def _link(about: str, *_: object) -> str:
    return f"/desires/{about}"


PAID = NoticeKind(
    name="pledge_paid",
    title="Pledges of yours that are paid",
    values=frozenset({"desire", "money", "until"}),
    sentence=lambda values, _: (
        f"Your pledge of {values['money']} for {_quoted(values)} is in. "
        f"It goes back to you on {values['until']} if nobody delivers"
    ),
    link=_link,
    mail=MailTiming.NOW,
)
WAITING = NoticeKind(
    name="pledge_waiting",
    title="Works that wait for your answer as a requester",
    values=frozenset({"desire", "money", "title", "until"}),
    sentence=lambda values, _: (
        f"“{values['title']}” answers {_quoted(values)}, for which you pledged {values['money']}. "
        f"Accept it or object: on {values['until']} it counts as accepted"
    ),
    link=_link,
    mail=MailTiming.NOW,
)
RETURNED = NoticeKind(
    name="pledge_returned",
    title="Pledges of yours that go back to you",
    values=frozenset({"desire", "money", "reason"}),
    sentence=lambda values, _: (
        f"All of your pledge of {values['money']} for {_quoted(values)} goes back to you: {values['reason']}"
    ),
    link=_link,
    mail=MailTiming.NOW,
)
REFUNDED = NoticeKind(
    name="pledge_refunded",
    title="Pledges of yours that are back",
    values=frozenset({"desire", "money"}),
    sentence=lambda values, _: f"Your pledge of {values['money']} for {_quoted(values)} was given back to you",
    link=_link,
)
REFUND_STUCK = NoticeKind(
    name="pledge_refund_stuck",
    title="Pledges of yours that could not be given back yet",
    values=frozenset({"desire", "money"}),
    sentence=lambda values, _: (
        f"Your bank did not take back {values['money']} for {_quoted(values)}. It stays yours, and the operator sees it"
    ),
    link=_link,
    mail=MailTiming.NOW,
)
ACCEPTED = NoticeKind(
    name="pledge_accepted",
    title="Pledges of yours that are paid out",
    values=frozenset({"desire", "money", "who"}),
    sentence=lambda values, _: (
        f"Your pledge of {values['money']} for {_quoted(values)} goes to {values['who'] or 'the artist'}"
    ),
    link=_link,
    mail=MailTiming.DIGEST,
)
DECIDED = NoticeKind(
    name="pledge_decided",
    title="Decisions about pledges that were contested",
    values=frozenset({"desire", "money", "outcome"}),
    sentence=lambda values, _: f"It was decided about {values['money']} for {_quoted(values)}: {values['outcome']}",
    link=_link,
    mail=MailTiming.NOW,
)
WON = NoticeKind(
    name="bounty_won",
    title="Pledges that answers of yours earn",
    values=frozenset({"desire", "money"}),
    sentence=lambda values, _: f"Your answer to {_quoted(values)} was accepted: you get {values['money']}",
    link=_link,
    mail=MailTiming.NOW,
)
CONTESTED = NoticeKind(
    name="bounty_contested",
    title="Objections to answers of yours",
    values=frozenset({"desire", "money", "reason"}),
    sentence=lambda values, _: (
        f"A pledge of {values['money']} for your answer to {_quoted(values)} is contested, and the operator decides"
        + (f": {values['reason']}" if values["reason"] else "")
    ),
    link=_link,
    mail=MailTiming.NOW,
)
SENT = NoticeKind(
    name="bounty_sent",
    title="Money or points that were sent to you",
    values=frozenset({"desire", "money"}),
    sentence=lambda values, _: f"{values['money']} for your answer to {_quoted(values)} were sent to you",
    link=_link,
    mail=MailTiming.DIGEST,
)
UNPAYABLE = NoticeKind(
    name="bounty_unpayable",
    title="Money that cannot be sent to you yet",
    values=frozenset({"desire", "money", "until"}),
    sentence=lambda values, _: (
        f"{values['money']} for your answer to {_quoted(values)} wait until {values['until']}: "
        "say under Settings, Payouts, who is to be paid"
        if values["until"]
        else f"{values['money']} for your answer to {_quoted(values)} went back, as they could not be sent to you"
    ),
    link=lambda *_: "/settings/payouts",
    mail=MailTiming.NOW,
)
CLAWED = NoticeKind(
    name="bounty_clawed",
    title="Money that a requester's bank took back",
    values=frozenset({"desire", "money"}),
    sentence=lambda values, _: (
        f"A requester's bank took back what was paid for {_quoted(values)}. What we cannot bear of {values['money']} "
        "is set off against later payouts only"
    ),
    link=_link,
    mail=MailTiming.NOW,
)
CHANGES = NoticeKind(
    name="bounty_changes",
    title="Changes that are wanted of answers of yours",
    values=frozenset({"desire", "title", "wanted", "until"}),
    sentence=lambda values, _: (
        f"Changes to “{values['title']}” are wanted for {_quoted(values)} by {values['until']}: {values['wanted']}"
    ),
    link=_link,
    mail=MailTiming.NOW,
)

ALL = (
    PAID, WAITING, RETURNED, REFUNDED, REFUND_STUCK, ACCEPTED, DECIDED, WON, CONTESTED, SENT, UNPAYABLE, CLAWED, CHANGES
)  # fmt: skip
