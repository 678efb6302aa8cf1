"""What can happen to a pledge (machine.py): by people, by time, and by what the provider says."""

from enum import StrEnum


class PledgeEvent(StrEnum):
    """Each of them is one column of the table in machine.py."""

    PAID = "paid"
    CHECKOUT_ENDED = "checkout_ended"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    # The desire was withdrawn, removed, fulfilled or has expired.
    CLOSED = "closed"
    # The pledger answered the desire, or paid by the artist's card.
    SELF_DEALING = "self_dealing"
    # The pledger's bank warns of fraud.
    WARNED = "warned"
    # An answer waits; it is gone; its work is gone after it was accepted.
    ANSWERED = "answered"
    ANSWER_GONE = "answer_gone"
    WORK_GONE = "work_gone"
    ACCEPTED = "accepted"
    OWNER_ACCEPTED = "owner_accepted"
    SILENT = "silent"
    OBJECTED = "objected"
    DECIDED_PAY = "decided_pay"
    DECIDED_RETURN = "decided_return"
    UNDECIDED = "undecided"
    RELEASED = "released"
    SENT = "sent"
    SEND_REFUSED = "send_refused"
    # The recipient is not ready, and the money must not be held longer.
    OVERDUE = "overdue"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    REFUND_AGAIN = "refund_again"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"
    DISPUTE_LOST = "dispute_lost"
