"""The commands of the people who run a site: what they say, ask, refuse and note."""

import json
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis.asyncio
from joserfc.jwk import ECKey, KeySet
from sqlalchemy import select, text
from sqlmodel import SQLModel, col

from services.admin.__main__ import COMMANDS, parser, run
from services.admin.settings import AdminSettings
from services.api.settings import ApiSettings
from services.contracts.shaders import RenderStatus
from services.core.accounts.models import AuthSession, Plan, User
from services.core.accounts.settings import AuthSettings
from services.core.audit.models import AuditEntry
from services.core.desires.models import Cluster, Desire, LabelledPair, PairKind
from services.core.domains import DOMAINS, TABLES
from services.core.factors import recovery
from services.core.factors.models import RecoveryCode, Totp
from services.core.factors.settings import FactorSettings
from services.core.factors.totp import place_of as place_of_app
from services.core.identity.permissions import Role
from services.core.jobs.dead_letters import add_dead_letter
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.secret_box import SecretBox
from services.core.kit.settings import RedisSettings
from services.core.kit.tables import utc_now
from services.core.ledger.posting import post
from services.core.mail.kinds import ADDRESS_CHANGED
from services.core.mail.models import Mail
from services.core.mail.service import MailQueue, place_of
from services.core.mail.settings import MailDelivery, MailSettings
from services.core.shaders.models import Render, Shader
from tests.core.ledger.test_posting import paid
from tests.factories import make_shader, make_user

Admin = Callable[..., Coroutine[Any, Any, tuple[int, Any]]]
QUESTIONS = {"suspend", "reset-factor", "redraw", "purge", "new-key", "drain"}


@pytest.fixture
def admin_settings(settings: ApiSettings) -> AdminSettings:
    return AdminSettings(database=settings.database, redis=settings.redis, storage=settings.storage)


@pytest.fixture
def admin(
    admin_settings: AdminSettings,
    database: Database,
    redis_client: redis.asyncio.Redis,
    capsys: pytest.CaptureFixture[str],
) -> Admin:
    """Runs a command with --json; its exit status and answer."""

    async def call(*words: str, settings: AdminSettings = admin_settings) -> tuple[int, Any]:
        options = parser().parse_args(["admin", *words, "--json", "--as", "Lena"])
        status = await run(options, settings)
        said = capsys.readouterr().out
        return status, json.loads(said.splitlines()[-1]) if said else None

    return call


async def person(database: Database, handle: str = "ada", **fields: Any) -> User:
    async with database.write() as session:
        return await make_user(session, handle=handle, **fields)


async def rows(database: Database, model: type[SQLModel]) -> list[Any]:
    async with database.read() as session:
        return list((await session.scalars(select(model))).all())


async def noted(database: Database) -> list[tuple[str, str]]:
    """Action and subject of all that was noted; each with who ran it."""
    entries: list[AuditEntry] = await rows(database, AuditEntry)
    assert all(entry.actor.startswith("os:") and entry.actor.endswith("(Lena)") for entry in entries)
    return [(entry.action, entry.subject) for entry in sorted(entries, key=lambda entry: entry.at)]


async def test_roles_and_plans(admin: Admin, database: Database) -> None:
    user = await person(database)
    for role in (Role.MODERATOR, Role.ADMIN, Role.USER):
        assert await admin("role", "ADA", role) == (
            0,
            {"ok": True, "command": "role", "handle": "ada", "role": role},
        )
        assert [each.role for each in await rows(database, User)] == [role]
    assert (await admin("plan", "ada", "pro"))[0] == 0
    assert [each.plan for each in await rows(database, User)] == [Plan.PRO]
    status, answer = await admin("role", "nobody", "admin")
    assert (status, answer["ok"], answer["code"]) == (1, False, "not_found")
    subject = f"user:{user.id}"
    assert await noted(database) == [("account.role", subject)] * 3 + [("account.plan", subject)]


async def test_a_second_factor_is_reset(admin: Admin, database: Database) -> None:
    user = await person(database)
    async with database.write() as session:
        await recovery.replace(session, user.id)
    assert (await admin("reset-factor", "ada"))[0] == 3
    assert (await admin("reset-factor", "ada", "--yes"))[0] == 0
    assert await rows(database, RecoveryCode) == []
    assert await noted(database) == [("account.factor_reset", f"user:{user.id}")]


async def test_suspend_and_restore(admin: Admin, database: Database) -> None:
    user = await person(database, role=Role.ADMIN)
    async with database.write() as session:
        await make_shader(session, author=user)
    assert (await admin("suspend", "ada", "--reason", "Spam"))[0] == 3, "nobody is there to answer"
    assert (await rows(database, User))[0].suspended_at is None
    assert (await admin("suspend", "ada", "--reason", " ", "--yes"))[0] == 1
    assert (await admin("suspend", "ada", "--reason", "Spam", "--yes"))[0] == 0
    assert [shader.listed for shader in await rows(database, Shader)] == [False]
    assert (await admin("restore", "ada"))[1]["changed"] is True
    assert (await admin("restore", "ada"))[1]["changed"] is False
    assert [shader.listed for shader in await rows(database, Shader)] == [True]
    subject = f"user:{user.id}"
    assert await noted(database) == [("account.suspended", subject), ("account.restored", subject)]


async def test_dead_letters_are_listed_and_sent_again(admin: Admin, database: Database) -> None:
    ids = [uuid4(), uuid4()]
    async with database.write() as session:
        for message_id in ids:
            await add_dead_letter(
                session, message_id=message_id, actor="a", queue="q", payload={}, request_id=None, error="KeyError"
            )
    assert (await admin("health"))[1]["counts"]["dead_letters"] == 2
    assert len((await admin("dead-letters"))[1]["letters"]) == 2
    assert (await admin("redrive", str(ids[0])))[1]["sent"] == 1
    assert (await admin("redrive", str(ids[0])))[0] == 1
    assert (await admin("redrive", "--all"))[1]["sent"] == 1
    assert (await admin("dead-letters"))[1]["letters"] == []
    assert {message.message_id for message in await rows(database, OutboxMessage)} == set(ids)


async def test_redraw_by_failure_backend_and_age(admin: Admin, database: Database) -> None:
    long_ago = utc_now() - timedelta(days=9)
    async with database.write() as session:
        author = await make_user(session, handle="ada")
        for number in range(3):
            work = await make_shader(session, author=author)
            render = await session.get_one(Render, (work.id, 1))
            render.backend, render.updated_at = ("gpu", "cpu", "cpu")[number], long_ago if number else utc_now()
        failed = await make_shader(session, author=author, rendered=False)
        (await session.get_one(Render, (failed.id, 1))).status = RenderStatus.FAILED

    async def drawn(*words: str) -> int:
        status, answer = await admin("redraw", *words, "--yes")
        assert status == 0
        count: int = answer["redrawn"]
        return count

    assert (await admin("redraw", "--all"))[0] == 3
    assert await drawn("--all", "--backend", "gpu", "--days", "3") == 0
    assert await drawn("--all", "--backend", "cpu", "--days", "3") == 2
    assert await drawn("--failed", "--author", "ada") == 1
    assert await drawn("--all") == 1, "those that wait are not asked for twice"


async def test_purge(admin: Admin, database: Database) -> None:
    async with database.write() as session:
        author = await make_user(session)
        for days in (31, 8, 0):
            await make_shader(session, author=author, deleted_at=utc_now() - timedelta(days=days))
    assert (await admin("purge"))[0] == 3
    assert (await admin("purge", "--yes"))[1]["shaders"] == 1
    assert (await admin("purge", "--yes", "--days", "7"))[1]["shaders"] == 1
    assert len(await rows(database, Shader)) == 1
    assert (await admin("purge", "--yes", "--days", "0"))[1]["shaders"] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("purge", "--days", "-1"),
        ("purge", "--days", "9" * 12),
        ("redraw", "--all", "--days", "inf"),
        ("audit", "--limit", "-1"),
    ],
)
async def test_a_number_that_counts_nothing_is_wrong_usage(admin: Admin, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit, match="2"):
        await admin(*words, "--yes")


async def test_health_finds_what_is_wrong(admin: Admin, admin_settings: AdminSettings) -> None:
    status, answer = await admin("health")
    assert (status, answer["problems"]) == (0, [])
    assert answer["schema"]["revision"] == answer["schema"]["newest"]
    dead = admin_settings.model_copy(update={"redis": RedisSettings(url="redis://127.0.0.1:1/0")})
    status, answer = await admin("health", settings=dead)
    assert (status, [problem[:13] for problem in answer["problems"]]) == (1, ["redis is down"])


async def test_without_redis_nobody_is_suspended(
    admin: Admin, admin_settings: AdminSettings, database: Database
) -> None:
    await person(database)
    dead = admin_settings.model_copy(update={"redis": RedisSettings(url="redis://127.0.0.1:1/0")})
    async with database.write() as session:
        session.add(AuthSession(user_id=(await rows(database, User))[0].id, expires_at=utc_now() + timedelta(days=1)))
    status, _ = await admin("suspend", "ada", "--reason", "x", "--yes", settings=dead)
    assert (status, (await rows(database, User))[0].suspended_at) == (4, None)


async def test_keys_are_made_used_and_dropped(
    admin: Admin, admin_settings: AdminSettings, database: Database, tmp_path: Path
) -> None:
    user, file = await person(database), tmp_path / "mail-keys"
    old = "old:" + "A" * 43
    file.write_text(old + "\n")

    def with_ring() -> AdminSettings:
        mail = MailSettings(keys_file=file, delivery=MailDelivery.FOLDER)
        signing = AuthSettings(signing_keys_file=tmp_path / "signing.json")
        return admin_settings.replace(mail, signing)

    first = ECKey.generate_key("P-256", {"kid": "first"})
    (tmp_path / "signing.json").write_text(json.dumps(KeySet([first]).as_dict(private=True)))
    queue = MailQueue(with_ring().of(MailSettings))
    async with database.write() as session:
        await queue.queue(session, ADDRESS_CHANGED, user.email, user_id=user.id, handle="ada")
    assert (await admin("new-key", "mail", settings=with_ring()))[0] == 3
    made = (await admin("new-key", "mail", "--yes", settings=with_ring()))[1]["key_id"]
    assert (file.stat().st_mode & 0o777, file.read_text().splitlines()[1]) == (0o600, old)
    rings = (await admin("keys", settings=with_ring()))[1]["rings"]
    assert (rings["signing"], rings["mail"]) == ({"first": None}, {made: 0, "old": 1})
    assert (await admin("reseal", settings=with_ring()))[1]["resealed"] == 1
    assert (await admin("reseal", settings=with_ring()))[1]["resealed"] == 0
    file.write_text(file.read_text().splitlines()[0])
    assert (await admin("keys", settings=with_ring()))[1]["rings"]["mail"] == {made: 1}
    mail = (await rows(database, Mail))[0]
    assert SecretBox.of(with_ring().of(MailSettings)).open(mail.sealed, belongs_to=place_of(mail.id))
    file.write_text(old)
    assert (await admin("reseal", settings=with_ring()))[0] == 1, "the key is gone"
    added = (await admin("new-key", "signing", "--last", "--yes", settings=with_ring()))[1]["key_id"]
    assert list((await admin("keys", settings=with_ring()))[1]["rings"]["signing"]) == ["first", added]


async def test_every_sealed_column_is_known(admin: Admin, admin_settings: AdminSettings, database: Database) -> None:
    """A key that seems to seal nothing is dropped."""
    user = await person(database)
    async with database.write() as session:
        session.add(Totp(user_id=user.id, sealed=""))
        await session.flush()
        row = await session.get_one(Totp, user.id)
        box = SecretBox.of(admin_settings.of(FactorSettings))
        row.sealed = box.seal(b"secret", belongs_to=place_of_app(user.id))
    assert (await admin("keys"))[1]["rings"]["factors"] == {"development": 1}
    assert (await admin("reseal"))[1] == {"ok": True, "command": "reseal", "resealed": 0, "unreadable": 0}
    columns = {(str(each.model.__tablename__), each.column) for domain in DOMAINS for each in domain.sealed}
    assert columns == {(table.name, "sealed") for table in TABLES.sorted_tables if "sealed" in table.columns}


async def test_a_database_that_is_down_is_said(
    admin: Admin, admin_settings: AdminSettings, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "postgresql+asyncpg://nobody@127.0.0.1:1/none"
    dead = admin_settings.model_copy(update={"database": admin_settings.database.model_copy(update={"url": url})})
    assert (await admin("role", "ada", "admin", settings=dead))[0] == 4
    assert (await admin("health", settings=dead))[0] == 1


def test_only_what_destroys_asks() -> None:
    given = {"redraw": ["--all"], "suspend": ["ada", "--reason", "x"], "new-key": ["mail"], "reset-factor": ["ada"]}
    needed = {"role": ["ada", "user"], "plan": ["ada", "pro"], "restore": ["ada"], "redrive": ["--all"]}
    needed |= {"ask-again": ["00000000-0000-0000-0000-000000000000"]}
    asking = set()
    for name, command in COMMANDS.items():
        options = parser().parse_args(["admin", name, *{**given, **needed}.get(name, [])])
        if command.question(options) is not None:
            asking.add(name)
    assert asking == QUESTIONS


async def test_the_audit_log_is_listed(admin: Admin, database: Database) -> None:
    user = await person(database)
    await admin("role", "ada", "moderator")
    entries = (await admin("audit", "--subject", f"user:{user.id}"))[1]["entries"]
    assert [(entry["action"], entry["details"]) for entry in entries] == [("account.role", {"role": "moderator"})]
    async with database.read() as session:
        assert await session.scalar(select(col(AuditEntry.actor_id))) is None


async def test_clicks_on_like_wishes_are_shown_as_thresholds(admin: Admin, database: Database) -> None:
    assert (await admin("desire-clicks"))[1]["embedders"] == []
    async with database.write() as session:
        ada, cluster = await make_user(session), Cluster()
        session.add(cluster)
        now = utc_now()
        desire = Desire(author_id=ada.id, prompt="Rain at night", expires_at=now)
        session.add(desire)
        await session.flush()
        pair: dict[str, Any] = {
            "user_id": ada.id,
            "desire_id": desire.id,
            "cluster_id": cluster.id,
            "embedder_id": "words-1",
        }
        session.add(LabelledPair(**pair, kind=PairKind.JOIN, score=0.7, created_at=now - timedelta(days=1)))
        session.add(LabelledPair(**pair, kind=PairKind.LEFT, score=0.7, created_at=now))
    (found,) = (await admin("desire-clicks"))[1]["embedders"]
    assert (found["embedder_id"], found["counts"], found["best"]) == ("words-1", {"left": 1}, None), "the last counts"


async def test_the_ledger_is_compared_with_its_entries(admin: Admin, database: Database) -> None:
    status, answer = await admin("ledger")
    assert (status, answer["accounts"], answer["transactions"], answer["owned"]) == (0, [], [], False)
    async with database.write() as session:
        await post(session, paid())
    async with database.write() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("UPDATE ledger_accounts SET balance = 0 WHERE kind = 'stripe'"))
    status, answer = await admin("ledger")
    assert (status, answer["accounts"]) == (1, ["stripe::EUR"])
