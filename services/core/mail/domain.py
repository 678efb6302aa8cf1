"""What mail registers."""

from datetime import datetime
from uuid import UUID

from services.core.identity.credentials import EndedCredentials
from services.core.kit.database import WriteSession
from services.core.mail import repository
from services.core.mail.jobs import SEND_MAIL
from services.core.mail.models import Mail, MailOptOut
from services.core.mail.service import place_of
from services.core.mail.settings import MailSettings, SmtpSettings
from services.core.registry.domain import Domain, ExportSection, Sealed


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Drop what waits for the user, and forget what they chose."""
    await repository.forget(session, user_id, at)
    return EndedCredentials()


DOMAIN = Domain(
    name="mail",
    jobs=(SEND_MAIL,),
    retention={"mails": "created_at < now() - interval '30 days'"},
    export=(
        ExportSection(
            name="mails", model=Mail, shown=frozenset({"id", "kind", "topic", "state", "created_at", "ended_at"})
        ),
        ExportSection(name="mail_optouts", model=MailOptOut, key="topic"),
    ),
    erase=erase,
    sealed=(Sealed(model=Mail, column="sealed", settings=MailSettings, belongs_to=place_of),),
    settings={MailSettings: frozenset({"api", "worker"}), SmtpSettings: frozenset({"worker"})},
)
