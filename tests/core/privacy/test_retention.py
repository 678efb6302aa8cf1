"""What has served its time goes, and nothing else."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from services.core.accounts.models import AuthSession, RefreshToken
from services.core.jobs.models import DeadLetter, ScheduleRun
from services.core.keys.models import ApiKey, ApiKeyUse
from services.core.kit.database import WriteSession
from services.core.kit.idempotency import IdempotencyRecord
from services.core.kit.tables import utc_now
from services.core.privacy.retention import delete_old_rows
from tests.factories import make_user

NOW = utc_now()
OLD = NOW - timedelta(days=2)


async def test_old_rows_go_and_the_rest_stays(session: WriteSession) -> None:
    user = await make_user(session)
    sign_in = AuthSession(user_id=user.id, expires_at=NOW)
    session.add(sign_in)
    await session.flush()
    for at in (OLD, NOW):
        session.add(ScheduleRun(task="t", due_at=at, taken_at=at))
        session.add(IdempotencyRecord(scope="s", key=str(at), fingerprint="f", created_at=at))
        session.add(RefreshToken(session_id=sign_in.id, token_hash=str(at), expires_at=at, used_at=OLD))
        session.add(DeadLetter(message_id=uuid4(), actor="a", queue="q", redriven_at=at - timedelta(days=29)))
    session.add(DeadLetter(message_id=uuid4(), actor="a", queue="q", failed_at=OLD - timedelta(days=300)))
    await session.flush()
    assert await delete_old_rows(session) == 4
    assert await delete_old_rows(session) == 0
    for table in (ScheduleRun, IdempotencyRecord, RefreshToken):
        assert len((await session.execute(select(table))).all()) == 1
    assert len((await session.execute(select(DeadLetter))).all()) == 2, "one that nobody has looked at is kept"


async def test_a_key_goes_90_days_after_its_end_and_its_uses_with_it(session: WriteSession) -> None:
    user = await make_user(session)
    long_ago, lately = NOW - timedelta(days=91), NOW - timedelta(days=89)
    ends = [(None, None), (long_ago, None), (None, long_ago), (lately, None), (NOW + timedelta(days=1), lately)]
    for number, (expires_at, revoked_at) in enumerate(ends):
        key = ApiKey(user_id=user.id, name="k", prefix="p", key_hash=str(number), scopes=["read"])
        key.expires_at, key.revoked_at = expires_at, revoked_at
        session.add(key)
        await session.flush()
        for at in (long_ago, lately):
            use = ApiKeyUse(key_id=key.id, user_id=user.id, at=at, method="POST", route="/r", path="/p", status=201)
            session.add(use)
    await session.flush()
    await delete_old_rows(session)
    assert await delete_old_rows(session) == 0
    assert sorted((await session.scalars(select(col(ApiKey.key_hash)))).all()) == ["0", "3", "4"]
    assert set((await session.scalars(select(col(ApiKeyUse.at)))).all()) == {lately}
    assert len((await session.scalars(select(ApiKeyUse))).all()) == 3
