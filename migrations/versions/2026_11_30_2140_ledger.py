"""ledger

Revision: 3c9a71e5d84f, after 6e1f4b8d20c7
"""

import sqlalchemy as sa
from alembic import op

revision = "3c9a71e5d84f"
down_revision = "6e1f4b8d20c7"
branch_labels = None
depends_on = None

_TABLES = ("ledger_accounts", "ledger_transactions", "ledger_entries")

# They run with the rights of whoever migrates, who alone may write a balance; {schema} keeps them from finding
# another table of that name first.
_FUNCTIONS = """
CREATE FUNCTION ledger_open_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.balance <> 0 OR NEW.version <> 0 THEN
        RAISE EXCEPTION 'an account begins with nothing' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_begin_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.xact := pg_current_xact_id()::text::bigint;
    NEW.created_at := now();
    RETURN NEW;
END $$;

CREATE FUNCTION ledger_add_entry() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {schema}, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_transactions WHERE id = NEW.transaction_id AND xact = pg_current_xact_id()::text::bigint
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
END $$;

CREATE FUNCTION ledger_check_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint := CASE WHEN TG_TABLE_NAME = 'ledger_entries'
        THEN (to_jsonb(NEW) ->> 'transaction_id')::bigint ELSE NEW.id END;
BEGIN
    IF NOT EXISTS (SELECT FROM ledger_entries WHERE transaction_id = wanted) THEN
        RAISE EXCEPTION 'a transaction of the ledger has no entries' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM ledger_entries WHERE transaction_id = wanted GROUP BY currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'a transaction of the ledger does not balance' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is in the ledger stays as it is' USING ERRCODE = 'insufficient_privilege';
END $$;

-- A balance follows from entries: it is written by their trigger, one level below, and by nothing else.
CREATE FUNCTION ledger_change_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 OR (to_jsonb(NEW) - 'balance' - 'version') <> (to_jsonb(OLD) - 'balance' - 'version') THEN
        RAISE EXCEPTION 'what is in the ledger stays as it is' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER begins BEFORE INSERT ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_open_account();
CREATE TRIGGER changes BEFORE UPDATE ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION ledger_change_account();
CREATE TRIGGER begins BEFORE INSERT ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_begin_transaction();
CREATE TRIGGER changes BEFORE UPDATE ON ledger_transactions FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE TRIGGER begins BEFORE INSERT ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_add_entry();
CREATE TRIGGER changes BEFORE UPDATE ON ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_refuse();
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON ledger_transactions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_sums();
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON ledger_entries DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_sums();
"""


def upgrade() -> None:
    """Expand: what the version that runs now still understands."""
    _accounts()
    _transactions()
    _entries()
    connection = op.get_bind()
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for statement in _statements(_FUNCTIONS.replace("{schema}", schema)):
        op.execute(statement)
    for table in _TABLES:
        op.execute(f"CREATE TRIGGER goes BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION ledger_refuse()")
        op.execute(
            f"CREATE TRIGGER empties BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"
        )


def _statements(script: str) -> list[str]:
    """asyncpg takes one at a time; they are apart by empty lines, and triggers by their first word."""
    parts = [part.strip() for part in script.strip().split("\n\n")]
    functions, triggers = parts[:-1], parts[-1].split(";")
    return [*functions, *(trigger for trigger in triggers if trigger.strip())]


def _accounts() -> None:
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("side", sa.Integer(), nullable=False),
        sa.Column("floor", sa.BigInteger(), nullable=True),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("floor IS NULL OR balance * side >= floor", name=op.f("ck_ledger_accounts_floor")),
        sa.CheckConstraint("side IN (-1, 1)", name=op.f("ck_ledger_accounts_side")),
        sa.CheckConstraint(
            "kind NOT IN ('held', 'refund_due', 'payable', 'points:own', 'points:reputation')"
            " OR (floor IS NOT NULL AND floor >= 0 AND side = -1)",
            name=op.f("ck_ledger_accounts_owed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("kind", "owner", "currency", name="uq_ledger_accounts_name"),
    )


def _transactions() -> None:
    op.create_table(
        "ledger_transactions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("external_id", sa.String(length=120), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reverses", sa.BigInteger(), nullable=True),
        sa.Column("xact", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["reverses"], ["ledger_transactions.id"], name=op.f("fk_ledger_transactions_reverses_ledger_transactions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("external_id", name=op.f("uq_ledger_transactions_external_id")),
    )
    op.create_index("ix_ledger_transactions_kind", "ledger_transactions", ["kind", "occurred_at"])
    op.create_index("ix_ledger_transactions_reverses", "ledger_transactions", ["reverses"])


def _entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("transaction_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("account_version", sa.BigInteger(), nullable=False),
        sa.Column("balance_after", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_ledger_entries_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_entries_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["transaction_id"],
            ["ledger_transactions.id"],
            name=op.f("fk_ledger_entries_transaction_id_ledger_transactions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("account_id", "account_version", name="uq_ledger_entries_account"),
    )
    op.create_index("ix_ledger_entries_transaction", "ledger_entries", ["transaction_id"])


def downgrade() -> None:
    """Undo."""
    for table in ("ledger_entries", "ledger_transactions", "ledger_accounts"):
        op.drop_table(table)
    names = ("open_account", "begin_transaction", "add_entry", "check_sums", "refuse", "change_account")
    for name in names:
        op.execute(f"DROP FUNCTION ledger_{name}()")
