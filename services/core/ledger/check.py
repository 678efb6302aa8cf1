"""Whether the ledger is what its entries say: cached balances, their order, and sums of zero.

PostgreSQL refuses what would break it; this finds what somebody did past that, as with triggers that were disabled or
a backup that was put together of two. It only reads.
"""

from dataclasses import dataclass

import structlog
from prometheus_client import Counter
from sqlalchemy import text

from services.core.kit.database import ReadSession

DIFFERENCES = Counter("ledger_differences_total", "What of the ledger did not agree with its entries, by check.")

log = structlog.get_logger("ledger")

_ACCOUNTS = text(
    """
    SELECT a.id, a.kind, a.owner, a.currency
    FROM ledger_accounts a
    LEFT JOIN (
        SELECT account_id, currency, sum(amount) AS balance, count(*) AS version,
            max(account_version) AS last, (array_agg(balance_after ORDER BY account_version DESC))[1] AS after
        FROM ledger_entries GROUP BY account_id, currency
    ) e ON e.account_id = a.id AND e.currency = a.currency
    WHERE (a.balance, a.version) IS DISTINCT FROM (coalesce(e.balance, 0), coalesce(e.version, 0))
        OR coalesce(e.last, 0) <> a.version OR coalesce(e.after, 0) <> a.balance
    ORDER BY a.id
    """
)
_TRANSACTIONS = text(
    """
    SELECT t.id FROM ledger_transactions t
    WHERE NOT EXISTS (SELECT FROM ledger_entries e WHERE e.transaction_id = t.id)
        OR EXISTS (
            SELECT FROM ledger_entries e WHERE e.transaction_id = t.id GROUP BY e.currency HAVING sum(e.amount) <> 0
        )
    ORDER BY t.id
    """
)
_MAY_CHANGE = text(
    """
    SELECT bool_or(pg_has_role(current_user, relowner, 'MEMBER')
        OR has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE'))
    FROM pg_class WHERE oid = ANY (ARRAY['ledger_accounts', 'ledger_transactions', 'ledger_entries']::regclass[])
    """
)


@dataclass(frozen=True, slots=True)
class Findings:
    """Accounts, by name, and transactions, by id, that do not agree with their entries."""

    accounts: tuple[str, ...]
    transactions: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.accounts) + len(self.transactions)


async def check(session: ReadSession) -> Findings:
    """Compare the whole ledger with its entries, in one snapshot for each half; log and count what differs."""
    accounts = await session.execute(_ACCOUNTS)
    names = tuple(f"{kind}:{owner}:{currency}" for _, kind, owner, currency in accounts)
    found = Findings(names, tuple(await session.scalars(_TRANSACTIONS)))
    if found.count:
        DIFFERENCES.inc(found.count)
        log.error("ledger_differs", accounts=names[:20], transactions=found.transactions[:20])
    return found


async def may_change(session: ReadSession) -> bool:
    """Whether the role that we have in the database could change what is written, as its owner could."""
    return bool(await session.scalar(_MAY_CHANGE))
