"""reports of desires

Revision: 4b7c90e2d516, after 5f1c8a20b6e4
"""

import sqlalchemy as sa
from alembic import op

revision = "4b7c90e2d516"
down_revision = "5f1c8a20b6e4"
branch_labels = None
depends_on = None

_TABLES = ("reports", "moderation_decisions")


def upgrade() -> None:
    """Expand: what the version that runs now still understands. It writes and reads those about shaders."""
    for table in _TABLES:
        op.add_column(table, sa.Column("desire_id", sa.String(length=16), nullable=True))
        op.alter_column(table, "shader_id", existing_type=sa.String(length=16), nullable=True)
        op.create_foreign_key(op.f(f"fk_{table}_desire_id_desires"), table, "desires", ["desire_id"], ["id"])
        op.create_check_constraint(op.f(f"ck_{table}_subject"), table, "num_nonnulls(shader_id, desire_id) = 1")
    op.create_index(
        "uq_reports_open_desire",
        "reports",
        ["desire_id", "reporter_id"],
        unique=True,
        postgresql_where=sa.text("resolved_at IS NULL"),
    )
    op.create_index(
        "ix_moderation_decisions_desire",
        "moderation_decisions",
        ["desire_id", sa.literal_column("created_at DESC")],
        unique=False,
    )
    _decide_what_is_hidden()
    _rename_notices()


def _decide_what_is_hidden() -> None:
    """Desires were hidden without a decision: by whom stands in the audit log."""
    op.execute(
        """
        INSERT INTO moderation_decisions
            (id, desire_id, author_id, moderator_id, action, reason, was_hidden, reports, final, created_at)
        SELECT gen_random_uuid(), desires.id, desires.author_id, hid.actor_id, 'hide', desires.hidden_reason,
            false, 0, false, hid.at
        FROM desires
        CROSS JOIN LATERAL (
            SELECT audit_entries.actor_id, audit_entries.at
            FROM audit_entries JOIN users ON users.id = audit_entries.actor_id
            WHERE audit_entries.subject = 'desire:' || desires.id AND audit_entries.action = 'desire.hidden'
            ORDER BY audit_entries.at DESC
            LIMIT 1
        ) AS hid
        WHERE desires.hidden_at IS NOT NULL AND desires.deleted_at IS NULL
        """
    )


def _rename_notices() -> None:
    """A kind of their own for desires becomes those for all that moderators decide about."""
    op.execute(
        """
        UPDATE notices SET
            kind = CASE WHEN facts ->> 'reason' = '' THEN 'shown_again' ELSE 'hidden' END,
            facts = jsonb_build_object('kind', 'desire', 'title', facts ->> 'desire', 'reason', facts ->> 'reason')
        WHERE kind = 'desire_hidden'
        """
    )
    op.execute("DELETE FROM notice_occasions WHERE kind = 'desire_hidden'")
    op.execute("DELETE FROM notice_choices WHERE kind = 'desire_hidden'")


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_moderation_decisions_desire", table_name="moderation_decisions")
    op.drop_index("uq_reports_open_desire", table_name="reports", postgresql_where=sa.text("resolved_at IS NULL"))
    op.execute("DELETE FROM reports WHERE shader_id IS NULL")
    op.execute("DELETE FROM moderation_decisions WHERE shader_id IS NULL")
    for table in _TABLES:
        op.drop_constraint(op.f(f"ck_{table}_subject"), table, type_="check")
        op.drop_constraint(op.f(f"fk_{table}_desire_id_desires"), table, type_="foreignkey")
        op.alter_column(table, "shader_id", existing_type=sa.String(length=16), nullable=False)
        op.drop_column(table, "desire_id")
