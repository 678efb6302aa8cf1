"""Challenges: random bytes for a passkey to sign, and the ticket between a password and its second factor.

Each is a row, so that it works whichever API process answers and a Redis that lost its memory lets none be used again.
It belongs to who asked (`holder`: a secret in a cookie, or a session) and ends after ten minutes. `take` deletes it, in
a transaction of its own before the answer is looked at: of two answers to one challenge at most one is verified. A
ticket has five tries (`count_try`), counted in the same way, and is taken by the sign-in that it leads to.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from services.core.factors.models import Challenge, Purpose
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.errors import FractafragError
from services.core.kit.tables import utc_now

LIFE = timedelta(minutes=10)
MOST_TRIES = 5


class ChallengeOverError(FractafragError):
    """The challenge was answered, is too old, was never made, or is another browser's."""

    status = 410
    code = "challenge_over"
    title = "That took too long, or was answered before; start again"


async def issue(session: WriteSession, purpose: Purpose, *, holder: str, user_id: UUID | None = None) -> Challenge:
    """A new challenge for `holder`, with 32 random bytes to sign."""
    now = utc_now()
    challenge = Challenge(
        purpose=purpose,
        user_id=user_id,
        holder_hash=_hash(holder),
        challenge=secrets.token_bytes(32),
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(challenge)
    await session.flush()
    return challenge


async def take(session: WriteSession, purpose: Purpose, challenge_id: UUID, *, holder: str) -> Challenge:
    """The challenge, which is gone then; raises `ChallengeOverError`."""
    statement = delete(Challenge).where(
        col(Challenge.id) == challenge_id,
        col(Challenge.purpose) == purpose,
        col(Challenge.holder_hash) == _hash(holder),
        col(Challenge.expires_at) > utc_now(),
    )
    found = (await session.scalars(statement.returning(Challenge))).one_or_none()
    if found is None:
        raise ChallengeOverError
    return found


async def count_try(session: WriteSession, purpose: Purpose, challenge_id: UUID, *, holder: str) -> Challenge:
    """The challenge, with one try less; raises `ChallengeOverError` when it has none left."""
    statement = update(Challenge).where(
        col(Challenge.id) == challenge_id,
        col(Challenge.purpose) == purpose,
        col(Challenge.holder_hash) == _hash(holder),
        col(Challenge.expires_at) > utc_now(),
        col(Challenge.tries) < MOST_TRIES,
    )
    counted = statement.values(tries=col(Challenge.tries) + 1).returning(Challenge)
    found = (await session.scalars(counted)).one_or_none()
    if found is None:
        raise ChallengeOverError
    return found


async def is_used_up(session: ReadSession, challenge_id: UUID) -> bool:
    """Whether it has no try left."""
    tries = await session.scalar(select(col(Challenge.tries)).where(col(Challenge.id) == challenge_id))
    return tries is not None and tries >= MOST_TRIES


async def end(session: WriteSession, user_id: UUID) -> None:
    """End all challenges of a user, as when a factor changes."""
    await session.execute(delete(Challenge).where(col(Challenge.user_id) == user_id))


def _hash(holder: str) -> str:
    return hashlib.sha256(holder.encode(errors="replace")).hexdigest()
