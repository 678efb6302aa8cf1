"""Answers of suspended authors, by the link in the mail that told them.

There is no sign-in for them, so the link stands for one, and for little: it shows the decisions about what is the
author's that can be answered, and takes the one answer that each has. Nothing else can be read or changed by it. It is
sent where there is such a decision, and ends with the last answer, when the account is restored (they can sign in
then), with the next suspension, and after `links.LIVES`. Who was suspended without a decision has nothing to answer.

Raises `LinkOverError`, and what `deciding.answer` raises.
"""

from uuid import UUID

from services.core.accounts import links
from services.core.accounts import repository as accounts
from services.core.accounts.models import LinkPurpose
from services.core.identity.caller import Caller
from services.core.identity.permissions import Role
from services.core.kit.database import ReadSession, WriteSession
from services.core.moderation import cases, deciding, repository
from services.core.moderation.schemas import DecisionPublic


async def decisions(session: ReadSession, token: str) -> list[DecisionPublic]:
    """What the author may answer by the link."""
    return await cases.answerable(session, await _author(session, token))


async def answer(session: WriteSession, token: str, decision_id: UUID, text: str) -> DecisionPublic:
    """Answer a decision; a moderator looks at it again."""
    author = await _author(session, token)
    # Before the link, as who decides locks the decision before the account.
    answered = await cases.decision(session, author, await deciding.answer(session, author.user_id, decision_id, text))
    if not await repository.has_answerable(session, author.user_id):
        await links.end(session, author.user_id, LinkPurpose.ANSWER)
    return answered


async def _author(session: ReadSession, token: str) -> Caller:
    """Whose link it is, with the rights of an author and no others."""
    link = await links.look_up(session, LinkPurpose.ANSWER, token)
    user = await accounts.user_by_id(session, link.user_id) if link.user_id is not None else None
    if user is None or user.deleted_at is not None:
        raise links.LinkOverError
    return Caller(user.id, user.handle, Role.USER)
