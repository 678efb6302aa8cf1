"""What notices register. The kinds are registered by the domains in which they become true."""

from datetime import datetime
from uuid import UUID

from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.notices import repository
from services.core.notices.jobs import MAIL_DIGEST, MAIL_NOTICE
from services.core.notices.models import Notice, NoticeChoice
from services.core.notices.settings import NoticeSettings
from services.core.registry.domain import Domain, ExportSection


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Forget what the user was told and chose, and take their name out of others' notices."""
    await repository.forget(session, user_id)
    return EndedCredentials()


DOMAIN = Domain(
    name="notices",
    jobs=(MAIL_NOTICE, MAIL_DIGEST),
    retention={
        "notices": "told_at < now() - interval '180 days'",
        # Longer, so that what is gone from the inbox is not told again.
        "notice_occasions": "told_at < now() - interval '400 days'",
        "notice_digests": "day < current_date - 7",
        # Longer than any transaction that began before the account was deleted.
        "inboxes": "closed_at < now() - interval '1 day'",
    },
    export=(
        ExportSection(
            name="notices",
            model=Notice,
            shown=frozenset({"id", "kind", "about", "facts", "count", "told_at", "read_at"}),
        ),
        ExportSection(name="notice_choices", model=NoticeChoice, key="kind"),
    ),
    erase=erase,
    settings={NoticeSettings: frozenset({"worker"})},
)
