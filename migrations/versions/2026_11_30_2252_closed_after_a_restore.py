"""closed after a restore

Revision: 61d0f3b8a2c7, after b3d81f60c2a7

In a restored cluster the numbers of transactions begin anew, so one may meet its own number in an old row. The time
at which it began tells them apart.
"""

from alembic import op
from sqlalchemy import text

revision = "61d0f3b8a2c7"
down_revision = "b3d81f60c2a7"
branch_labels = None
depends_on = None

_ADD_ENTRY = """
CREATE OR REPLACE FUNCTION ledger_add_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_transactions WHERE id = NEW.transaction_id
            AND xact = pg_current_xact_id()::text::bigint{also}
    ) THEN
        RAISE EXCEPTION 'a transaction of the ledger is closed by its commit' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE ledger_accounts SET balance = balance + NEW.amount, version = version + 1
        WHERE id = NEW.account_id AND currency = NEW.currency
        RETURNING balance, version INTO NEW.balance_after, NEW.account_version;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no such account in this currency' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NEW;
END $$
"""


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    _write(" AND created_at = now()")


def downgrade() -> None:
    """Undo."""
    _write("")


def _write(also: str) -> None:
    schema = op.get_bind().scalar(text("SELECT quote_ident(current_schema())"))
    op.execute(_ADD_ENTRY.replace("{schema}", schema).replace("{also}", also))
