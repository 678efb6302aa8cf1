"""How a user hears of a kind: by their choice, else by the kind's defaults.

A link in a mail that ends a topic (services/core/mail/unsubscribe.py) outweighs a choice until the next one. The topic
of a mail at once is its kind, that of the daily mail `digest`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import ConflictError
from services.core.mail import repository as mails
from services.core.notices import repository
from services.core.notices.kinds import all_kinds, kind_of
from services.core.notices.schemas import KindSettings
from services.core.registry.notices import MailTiming, NoticeKind

DIGEST_TOPIC = "digest"


class SecurityKindError(ConflictError):
    """Whoever got into an account must not be able to silence it."""

    code = "security_kind"
    title = "Notices about the safety of an account always come"


@dataclass(frozen=True, slots=True)
class Way:
    """How a user hears of a kind."""

    page: bool
    mail: MailTiming


async def way_of(session: ReadSession, user_id: UUID, kind: NoticeKind) -> Way:
    """How this user hears of this kind."""
    return (await _ways(session, user_id, [kind]))[kind.name]


async def settings_of(session: ReadSession, user_id: UUID) -> list[KindSettings]:
    """How the user hears of every kind."""
    ways = await _ways(session, user_id, all_kinds().values())
    return [
        KindSettings(
            kind=kind.name,
            title=kind.title,
            security=kind.security,
            page=ways[kind.name].page,
            mail=MailTiming.NOW if kind.security else ways[kind.name].mail,
        )
        for kind in all_kinds().values()
    ]


async def choose(session: WriteSession, user_id: UUID, name: str, way: Way) -> None:
    """Have the user hear of a kind so from now on; raises `UnknownKindError` and `SecurityKindError`."""
    kind = kind_of(name)
    if kind.security:
        raise SecurityKindError
    if way.mail is MailTiming.DIGEST and await mails.is_opted_out(session, user_id, DIGEST_TOPIC):
        # What else was in the daily mail that this user has ended stays out of the new one.
        for other, had in (await _ways(session, user_id, all_kinds().values())).items():
            if other != name and not all_kinds()[other].security:
                await repository.put_choice(session, user_id, other, page=had.page, mail=had.mail)
        await mails.opt_in(session, user_id, DIGEST_TOPIC)
    if way.mail is not MailTiming.NONE:
        await mails.opt_in(session, user_id, name)
    await repository.put_choice(session, user_id, name, page=way.page, mail=way.mail)


async def _ways(session: ReadSession, user_id: UUID, kinds: Collection[NoticeKind]) -> dict[str, Way]:
    chosen = await repository.choices_of(session, user_id)
    ended = set(await mails.opted_out(session, user_id))

    def way(kind: NoticeKind) -> Way:
        if kind.security:
            return Way(page=True, mail=MailTiming.NONE)
        choice = chosen.get(kind.name)
        page, mail = (choice.page, MailTiming(choice.mail)) if choice else (kind.page, kind.mail)
        off = kind.name in ended or (mail is MailTiming.DIGEST and DIGEST_TOPIC in ended)
        return Way(page=page, mail=MailTiming.NONE if off else mail)

    return {kind.name: way(kind) for kind in kinds}
