"""Cash lines: what really moved on the balance at the provider, posted from its balance transactions and nothing else.

Each line has the same form: `stripe` gets the net, an expense gets the fee, and the account that it is about gets the
rest. So a payment makes `held` (P1), a refund ends `refund_due` (R2) and its failure brings it back (R3), a transfer
ends `payable` (T1), a reversal ends `debt`, a dispute makes `dispute` and its end takes it back (D1, D2), an invoice is
revenue and tax (S1). Intents (R1, A1, D3) are those of who decides.

A line that finds nothing to end (somebody refunded by hand at the provider) is not booked; the reconciliation tries
again, and puts it into suspense in the end.
"""

from collections.abc import Iterable
from enum import StrEnum

from services.core.kit.database import WriteSession
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, InsufficientBalanceError, LedgerConflictError, Line, Posting, post
from services.core.payments.objects import CashLine


class CashKind(StrEnum):
    """What a cash line is, in the ledger's lists."""

    PAYMENT = "cash_payment"
    REFUND = "cash_refund"
    REFUND_FAILED = "cash_refund_failed"
    TRANSFER = "cash_transfer"
    REVERSAL = "cash_reversal"
    DISPUTE = "cash_dispute"
    INVOICE = "cash_invoice"
    BANK = "cash_bank"
    FEE = "cash_fee"
    SUSPENSE = "cash_suspense"


Shares = Iterable[tuple[Account, int]]


def whole(line: CashLine, account: Account) -> Shares:
    """All of a line for one account."""
    return ((account, line.amount),)


def taxed(line: CashLine, *, tax: int, paid: int) -> Shares:
    """A payment for an invoice, or a refund of it: its part of the tax is owed, the rest is revenue."""
    due = line.amount * tax // paid if paid else 0
    return ((Account(AccountKind.SUBSCRIPTION), line.amount - due), (Account(AccountKind.TAX_DUE), due))


def posting_of(line: CashLine, kind: CashKind, shares: Shares, *, fee: AccountKind = AccountKind.STRIPE_FEE) -> Posting:
    """The posting of a cash line. `shares` are parts of its amount, with its sign."""
    parts = [(Account(AccountKind.STRIPE), line.net), (Account(fee), line.fee)]
    parts += [(account, -amount) for account, amount in shares]
    lines = tuple(Line(account, amount, line.currency) for account, amount in parts if amount)
    return Posting(kind=kind, external_id=line.id, lines=lines, occurred_at=line.created_at)


async def book(
    session: WriteSession, line: CashLine, kind: CashKind, shares: Shares, *, fee: AccountKind = AccountKind.STRIPE_FEE
) -> bool:
    """Post a cash line, unless it stands; False where the ledger does not take it so."""
    if line.amount == 0 and line.fee == 0:
        return True
    try:
        async with session.begin_nested():
            await post(session, posting_of(line, kind, shares, fee=fee))
    except (InsufficientBalanceError, LedgerConflictError):
        return False
    return True


def payment_account(subject: str) -> Account:
    """Where money for a subject is held."""
    return Account(AccountKind.HELD, _owner(subject))


def refund_account(subject: str) -> Account:
    """What is owed back for a subject."""
    return Account(AccountKind.REFUND_DUE, _owner(subject))


def _owner(subject: str) -> str:
    return subject.partition(":")[2]
