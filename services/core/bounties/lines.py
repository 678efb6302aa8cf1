"""The ledger's lines of what happens to a pledge: intents only.

Cash lines are others', from the provider's balance transactions (services/core/payments) or from points (points.py):
a payment makes `held`, a refund ends `refund_due`, a transfer ends `payable`, a dispute makes `dispute`, a reversal
ends `debt`. So a pledge counts as paid only once its payment is booked.
"""

from collections.abc import Iterable

from services.core.bounties.facts import Facts
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, Line


def returned(facts: Facts) -> tuple[Line, ...]:
    """R1: what was held is owed to the pledger."""
    return _lines(facts, (_held(facts), facts.amount), (_due(facts), -facts.amount))


def accepted(facts: Facts) -> tuple[Line, ...]:
    """A1: what was held is owed to the artist, less the platform's fee."""
    return _lines(
        facts,
        (_held(facts), facts.amount),
        (_payable(facts), -facts.net),
        (Account(AccountKind.BOUNTY_FEE), -facts.fee),
    )


def reopened(facts: Facts) -> tuple[Line, ...]:
    """A1 reversed: it is held again."""
    return _back(accepted(facts))


def unpaid(facts: Facts) -> tuple[Line, ...]:
    """A1 reversed and R1: what was owed to the artist goes back to the pledger."""
    return _lines(
        facts,
        (_payable(facts), facts.net),
        (Account(AccountKind.BOUNTY_FEE), facts.fee),
        (_due(facts), -facts.amount),
    )


def netted(facts: Facts) -> tuple[Line, ...]:
    """What is owed to the artist pays what the artist owes, as far as it goes."""
    return _lines(facts, (_payable(facts), facts.offset), (_debt(facts), -facts.offset))


def not_netted(facts: Facts) -> tuple[Line, ...]:
    """The same taken back, as the transfer was refused."""
    return _lines(facts, (_payable(facts), -facts.netted), (_debt(facts), facts.netted))


def lost(facts: Facts) -> tuple[Line, ...]:
    """D3: the bank has taken what was held; the rest of it is the pledger's."""
    rest = facts.amount - facts.disputed
    return _lines(facts, (_held(facts), facts.amount), (_dispute(facts), -facts.disputed), (_due(facts), -rest))


def lost_accepted(facts: Facts) -> tuple[Line, ...]:
    """D3 after the acceptance: the artist's claim and the fee go with it."""
    rest = facts.amount - facts.disputed
    return _lines(
        facts,
        (_payable(facts), facts.net),
        (Account(AccountKind.BOUNTY_FEE), facts.fee),
        (_dispute(facts), -facts.disputed),
        (_due(facts), -rest),
    )


def lost_releasing(facts: Facts) -> tuple[Line, ...]:
    """D3 when the transfer was refused, too."""
    return not_netted(facts) + lost_accepted(facts)


def lost_returning(facts: Facts) -> tuple[Line, ...]:
    """D3 while it is owed to the pledger: they have it by their bank."""
    return _lines(facts, (_due(facts), facts.disputed), (_dispute(facts), -facts.disputed))


def lost_for_good(facts: Facts) -> tuple[Line, ...]:
    """D3 after a refund: the site has paid it twice."""
    return _lines(facts, (Account(AccountKind.LOSS), facts.disputed), (_dispute(facts), -facts.disputed))


def clawed(facts: Facts) -> tuple[Line, ...]:
    """D3 after the release: the artist owes it, and the fee goes back."""
    return _lines(
        facts,
        (_debt(facts), facts.disputed - facts.fee_back),
        (Account(AccountKind.BOUNTY_FEE), facts.fee_back),
        (_dispute(facts), -facts.disputed),
    )


def _held(facts: Facts) -> Account:
    return Account(AccountKind.HELD, facts.pledge)


def _due(facts: Facts) -> Account:
    return Account(AccountKind.REFUND_DUE, facts.pledge)


def _payable(facts: Facts) -> Account:
    return Account(AccountKind.PAYABLE, facts.artist)


def _debt(facts: Facts) -> Account:
    return Account(AccountKind.DEBT, facts.artist)


def _dispute(facts: Facts) -> Account:
    return Account(AccountKind.DISPUTE, facts.dispute)


def _lines(facts: Facts, *amounts: tuple[Account, int]) -> tuple[Line, ...]:
    return tuple(Line(account, amount, facts.currency) for account, amount in amounts if amount)


def _back(lines: Iterable[Line]) -> tuple[Line, ...]:
    return tuple(Line(line.account, -line.amount, line.currency) for line in lines)
