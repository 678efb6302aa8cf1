"""The rotation of refresh tokens, against a model of it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.core.accounts.models import AuthSession, RefreshToken, User
from services.core.accounts.sessions import Refusal, Sessions
from services.core.accounts.settings import AuthSettings
from services.core.accounts.tokens import RefreshSecrets
from services.core.kit.database import Database, ReadSession, WriteSession

_SETTINGS = AuthSettings(refresh_reuse_seconds=10, refresh_idle_days=7, refresh_absolute_days=30)
_START = datetime(2026, 1, 1, tzinfo=UTC)


def _sessions() -> Sessions:
    return Sessions(_SETTINGS, RefreshSecrets(_SETTINGS))


async def _user(session: WriteSession) -> User:
    user = User(handle="ada", email="ada@example.org", display_name="Ada")
    session.add(user)
    await session.flush()
    return user


async def _opened(session: WriteSession) -> tuple[AuthSession, str]:
    user = await _user(session)
    return await _sessions().open(session, user, now=_START, user_agent="", address="")


class Model:
    """What the rules say: a chain of tokens with the time of their use, and whether the family lives."""

    def __init__(self, first: str) -> None:
        self.now = _START
        self.chain = [first]
        self.made_at = [_START]
        self.used_at: list[datetime | None] = [None]
        self.alive = True

    def expected(self, index: int) -> Refusal | str:
        """`new`, `active` or the refusal for the presentation of the token number `index`."""
        if not self.alive or self.now >= _START + timedelta(days=30):
            return Refusal.INVALID
        used = self.used_at[index]
        if used is not None and self.now - used > timedelta(seconds=10):
            self.alive = False
            return Refusal.REUSED
        end = min(self.made_at[-1] + timedelta(days=7), _START + timedelta(days=30))
        if self.now >= end:
            return Refusal.INVALID
        return "new" if used is None else "active"

    def replaced(self, token: str) -> None:
        self.used_at[-1] = self.now
        self.chain.append(token)
        self.made_at.append(self.now)
        self.used_at.append(None)


_PRESENT = st.tuples(st.just("present"), st.integers(0, 3))
_WAIT = st.tuples(st.just("wait"), st.sampled_from([1, 5, 9, 11, 60, 2 * 86_400, 6 * 86_400, 8 * 86_400]))
_WALK = st.lists(st.one_of(_PRESENT, _PRESENT, _WAIT), min_size=6, max_size=30)
_STEPS = st.builds(
    lambda walk, logout, rest: [*walk, *([("logout", 0)] if logout else []), *rest], _WALK, st.booleans(), _WALK
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=_STEPS)
@example(steps=[("present", 0), ("wait", 11), ("present", 1), ("present", 0)])
@example(steps=[("present", 0), ("present", 0), ("wait", 5), ("present", 2), ("present", 1), ("present", 0)])
@example(steps=[("wait", 6 * 86_400), ("present", 0)] * 6)
async def test_any_order_of_uses_keeps_one_chain(database: Database, steps: list[tuple[str, int]]) -> None:
    async with database.engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as inner:
            await _walk(WriteSession(ReadSession(inner)), steps)
        await outer.rollback()


async def _walk(session: WriteSession, steps: list[tuple[str, int]]) -> None:
    rules = _sessions()
    family, first = await _opened(session)
    model = Model(first)
    for step, number in steps:
        if step == "wait":
            model.now += timedelta(seconds=number)
        elif step == "logout":
            model.alive = False
            family.revoked_at = model.now
            await session.flush()
        else:
            index = max(0, len(model.chain) - 1 - number)
            expected = model.expected(index)
            rotation = await rules.rotate(session, model.chain[index], now=model.now)
            await session.flush()
            if expected == "new":
                assert rotation.token not in {None, *model.chain}
                model.replaced(str(rotation.token))
            elif expected == "active":
                assert rotation.token == model.chain[-1]
            else:
                assert (rotation.refusal, rotation.token) == (expected, None)
        await _check(session, family, model)


async def _check(session: WriteSession, family: AuthSession, model: Model) -> None:
    active = select(func.count()).where(col(RefreshToken.session_id) == family.id, col(RefreshToken.used_at).is_(None))
    assert await session.scalar(active) == 1
    assert await session.scalar(select(func.count()).select_from(RefreshToken)) == len(model.chain)
    assert (family.revoked_at is None) == model.alive


async def test_twenty_at_once_get_one_and_the_same_successor(database: Database) -> None:
    async with database.write() as session:
        _, token = await _opened(session)
    rules = _sessions()

    async def use() -> str | None:
        async with database.write() as session:
            return (await rules.rotate(session, token, now=_START)).token

    answers = set(await asyncio.gather(*(use() for _ in range(20))))
    assert len(answers) == 1
    successor = str(answers.pop())
    async with database.write() as session:
        rotation = await rules.rotate(session, successor, now=_START + timedelta(hours=1))
    assert rotation.token is not None


async def test_an_unknown_token_is_invalid(session: WriteSession) -> None:
    for token in ("", "x", "ü", "\ud800", "a" * 10_000):
        assert (await _sessions().rotate(session, token, now=_START)).refusal is Refusal.INVALID


async def test_another_pepper_knows_no_token(session: WriteSession) -> None:
    _, token = await _opened(session)
    other = Sessions(_SETTINGS, RefreshSecrets(AuthSettings(token_pepper=SecretStr("another pepper"))))
    assert (await other.rotate(session, token, now=_START)).refusal is Refusal.INVALID


async def test_only_hashes_are_stored(session: WriteSession) -> None:
    _, token = await _opened(session)
    rotation = await _sessions().rotate(session, token, now=_START)
    rows = (await session.scalars(select(RefreshToken))).all()
    stored = " ".join(str(row.model_dump()) for row in rows)
    assert token not in stored
    assert str(rotation.token) not in stored


@pytest.mark.parametrize("field", ["suspended_at", "deleted_at"])
async def test_a_user_who_may_not_sign_in_gets_no_successor(session: WriteSession, field: str) -> None:
    family, token = await _opened(session)
    user = await session.get_one(User, family.user_id)
    setattr(user, field, _START)
    await session.flush()
    assert (await _sessions().rotate(session, token, now=_START)).refusal is Refusal.INVALID
