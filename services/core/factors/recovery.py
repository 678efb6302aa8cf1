"""Recovery codes: ten of 80 random bits, shown once, each good once in place of an app's code."""

import hashlib
import secrets
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from services.core.factors.models import RecoveryCode
from services.core.kit.database import ReadSession, WriteSession
from services.core.kit.tables import utc_now

COUNT = 10
# Without i, l, o and u, which are taken for others.
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 16


async def replace(session: WriteSession, user_id: UUID) -> list[str]:
    """Ten new codes; the earlier ones end."""
    await remove(session, user_id)
    codes = [_new() for _ in range(COUNT)]
    session.add_all(RecoveryCode(user_id=user_id, code_hash=_hash(user_id, code)) for code in codes)
    await session.flush()
    return codes


async def use(session: WriteSession, user_id: UUID, code: str) -> bool:
    """Whether it is one of the user's, and unused. Of two uses at once one gets it."""
    statement = update(RecoveryCode).where(
        col(RecoveryCode.user_id) == user_id,
        col(RecoveryCode.code_hash) == _hash(user_id, code),
        col(RecoveryCode.used_at).is_(None),
    )
    used = await session.scalars(statement.values(used_at=utc_now()).returning(col(RecoveryCode.id)))
    return used.one_or_none() is not None


async def left(session: ReadSession, user_id: UUID) -> int:
    """How many are unused."""
    unused = select(func.count()).where(col(RecoveryCode.user_id) == user_id, col(RecoveryCode.used_at).is_(None))
    return (await session.scalar(unused)) or 0


async def remove(session: WriteSession, user_id: UUID) -> None:
    """Forget all."""
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user_id))


def _new() -> str:
    signs = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, _LENGTH, 4))


def _hash(user_id: UUID, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hashlib.sha256(user_id.bytes + plain.encode(errors="replace")).hexdigest()
