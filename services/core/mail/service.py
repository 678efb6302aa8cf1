"""Writing a mail: in the transaction that makes it true, never sent from a request.

`MailQueue.queue` writes a row and the job that sends it into the caller's transaction. Address and values are sealed
under a key that only API and worker hold, so that neither the database nor its backups show a one-time link. The
worker opens the row, sends it, and deletes what was sealed (sending.py).

Where the site sends no mail (`FRACTAFRAG_MAIL_DELIVERY=none`) `queue` raises `MailOffError`: ask `is_on` first where a
mail is only a courtesy.
"""

import json
from uuid import UUID, uuid4

from services.core.jobs.outbox import enqueue
from services.core.kit.database import WriteSession
from services.core.kit.errors import ConflictError
from services.core.kit.secret_box import SecretBox
from services.core.kit.tables import utc_now
from services.core.mail import repository
from services.core.mail.jobs import SEND_MAIL
from services.core.mail.kinds import MailKind
from services.core.mail.models import Mail, MailState
from services.core.mail.settings import MailDelivery, MailSettings


class MailOffError(ConflictError):
    """This site has no way to send mail; only who runs it can help."""

    code = "mail_off"
    title = "This site sends no mail"

    def __init__(self) -> None:
        super().__init__("This site sends no mail; ask the people who run it")


class MailQueue:
    """Writes mails; `is_on` says whether this site sends any."""

    def __init__(self, settings: MailSettings) -> None:
        self.is_on = settings.delivery is not MailDelivery.NONE
        self._box = SecretBox.of(settings)

    def require(self) -> None:
        """Raise `MailOffError` where no mail leaves."""
        if not self.is_on:
            raise MailOffError

    async def queue(
        self,
        session: WriteSession,
        kind: MailKind,
        recipient: str,
        *,
        user_id: UUID,
        topic: str | None = None,
        **values: str,
    ) -> UUID | None:
        """Have this mail sent after this transaction; gives its id, or None where the user wants none of `topic`.

        `values` are exactly the kind's; `link` among them is a path of the site. A kind that is not about security
        needs a topic. Raises `MailOffError`.
        """
        self.require()
        if set(values) != kind.values:
            raise TypeError(f"{kind.name} has the values {', '.join(sorted(kind.values))}")
        if kind.security is not (topic is None):
            raise TypeError("a mail has a topic exactly when it is not about security")
        if topic is not None and await repository.is_opted_out(session, user_id, topic):
            return None
        return await self._write(session, kind, recipient, values, user_id=user_id, topic=topic)

    async def queue_decoy(self, session: WriteSession, kind: MailKind, recipient: str, **values: str) -> None:
        """Do the work of `queue` for an address without an account; nothing is sent."""
        self.require()
        await self._write(session, kind, recipient, values, user_id=None, topic=None)

    async def _write(
        self,
        session: WriteSession,
        kind: MailKind,
        recipient: str,
        values: dict[str, str],
        *,
        user_id: UUID | None,
        topic: str | None,
    ) -> UUID:
        now, mail_id = utc_now(), uuid4()
        content = json.dumps({"to": recipient, "values": values}).encode()
        sealed = self._box.seal(content, belongs_to=place_of(mail_id))
        wanted = user_id is not None
        session.add(
            Mail(
                id=mail_id,
                kind=kind.name,
                topic=topic,
                user_id=user_id,
                sealed=sealed if wanted else None,
                state=MailState.QUEUED if wanted else MailState.DECOY,
                created_at=now,
                expires_at=now + kind.life,
                ended_at=None if wanted else now,
            )
        )
        await session.flush()
        await enqueue(session, SEND_MAIL, mail_id=str(mail_id))
        return mail_id


def place_of(mail_id: UUID) -> str:
    """What a sealed mail belongs to: its row."""
    return f"mail:{mail_id}"
