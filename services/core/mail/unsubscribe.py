"""Links that end a topic of mails without a sign-in (RFC 8058).

A link holds a sealed text that names user and topic, under the keys of mail: nobody can make one for another, and none
tells who it is for. It is good for as long as its key is in the ring, and does nothing but to opt out.
"""

from uuid import UUID

from services.core.kit.database import WriteSession
from services.core.kit.errors import NotFoundError
from services.core.kit.secret_box import SecretBox, SecretBoxError
from services.core.mail import repository
from services.core.mail.settings import MailSettings

_PURPOSE = "unsubscribe"


class UnknownSubscriptionError(NotFoundError):
    """The link was not made here, or is too old."""

    code = "unknown_subscription"
    title = "This link is not good any more"


class Unsubscribing:
    """Makes and takes the links' tokens."""

    def __init__(self, settings: MailSettings) -> None:
        self._box = SecretBox.of(settings)

    def token(self, user_id: UUID, topic: str) -> str:
        """What the link for this user and topic holds; it fits into a path as it is."""
        return self._box.seal(f"{user_id} {topic}".encode(), belongs_to=_PURPOSE)

    async def unsubscribe(self, session: WriteSession, token: str) -> str:
        """No more mail of the topic that `token` names, which is returned; raises `UnknownSubscriptionError`."""
        try:
            user, _, topic = self._box.open(token, belongs_to=_PURPOSE).decode().partition(" ")
        except SecretBoxError:
            raise UnknownSubscriptionError from None
        await repository.opt_out(session, UUID(user), topic)
        return topic
