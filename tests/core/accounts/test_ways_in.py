"""Whatever is linked and unlinked, and in whichever order: nobody loses the last way in or gains another's account."""

import asyncio
from uuid import UUID

import hypothesis
import pytest
import redis.asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from services.api.settings import ApiSettings
from services.api.state import Services, open_services
from services.core.accounts import identities
from services.core.accounts.mails import AccountMails
from services.core.accounts.models import LinkedIdentity
from services.core.accounts.providers.flow import ProviderSignIn
from services.core.accounts.providers.profile import Profile
from services.core.accounts.providers.protocol import Answer
from services.core.accounts.providers.schemas import Next
from services.core.accounts.providers.steps import Attempt, SignInOverError
from services.core.accounts.repository import lock_user
from services.core.accounts.seals import Seals
from services.core.accounts.service import SuspendedError
from services.core.accounts.settings import AuthSettings
from services.core.accounts.sign_in import Device
from services.core.accounts.sign_in_settings import ProviderConfig
from services.core.accounts.ways_in import LastWayInError, WaysIn
from services.core.identity.caller import Caller
from services.core.kit.database import Database
from services.core.kit.errors import ConflictError
from services.core.kit.tables import utc_now
from tests.factories import caller_of, make_user
from tests.fixtures.database import waits_for_a_lock

HERE = Device("Firefox", "192.0.2.1")
PEOPLE = ("ada", "bob")
SUBJECTS = ("s1", "s2", "s3")
ISSUER = "https://id.example.org"
CONFIG = ProviderConfig.model_validate(
    {"name": "id", "kind": "oidc", "issuer": ISSUER, "client_id": "c", "client_secret": "s"}
)


class Named:
    """A provider at which the code says who comes back, as `SUBJECT` or `SUBJECT ADDRESS` (which it has verified)."""

    config = CONFIG

    async def authorization_url(self, attempt: Attempt, redirect_uri: str) -> str:
        return f"{redirect_uri}#{attempt.state}"

    async def profile(self, attempt: Attempt, answer: Answer, redirect_uri: str) -> Profile:
        subject, _, email = answer.code.partition(" ")
        return Profile(issuer=ISSUER, subject=subject, email=email, verified=bool(email))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["link", "unlink", "sign_in", "come_with_address"]),
        st.sampled_from(PEOPLE),
        st.sampled_from(SUBJECTS),
    ),
    max_size=20,
)


class Site:
    """A site's sign-in with `Named`, and what should hold of it: whose each subject is."""

    def __init__(self, database: Database, flow: ProviderSignIn) -> None:
        self.database = database
        self.flow = flow
        self.callers: dict[str, Caller] = {}
        self.has_password: dict[str, bool] = {}
        self.owner: dict[str, str] = {}

    async def go(self, code: str, caller: Caller | None = None) -> Next:
        url, kept = await self.flow.begin("id", "/", caller)
        done = await self.flow.finish("id", Answer(code, None), url.partition("#")[2], kept, HERE, caller)
        if done.tokens is not None:
            owner = self.owner[code.partition(" ")[0]]
            assert done.tokens.user.id == self.callers[owner].user_id, "somebody got into another's account"
        return done.next

    async def do(self, step: str, name: str, subject: str) -> None:
        caller = self.callers[name]
        if step == "link":
            await self._link(name, subject)
        elif step == "unlink":
            await self._unlink(name, subject)
        elif step == "sign_in":
            assert await self.go(subject) is (Next.SIGNED_IN if subject in self.owner else Next.NEW)
        else:
            came = await self.go(f"{subject} {caller.handle}@example.org")
            assert came is (Next.SIGNED_IN if subject in self.owner else Next.KNOWN)

    async def _link(self, name: str, subject: str) -> None:
        try:
            await self.go(subject, self.callers[name])
        except ConflictError:
            assert self.owner[subject] != name
        else:
            assert self.owner.setdefault(subject, name) == name

    async def _unlink(self, name: str, subject: str) -> None:
        row = await self.row(subject)
        if row is None or row.user_id != self.callers[name].user_id:
            return
        others = [other for other, owner in self.owner.items() if owner == name and other != subject]
        try:
            await self.flow.unlink(self.callers[name], row.id)
        except LastWayInError:
            assert not others
            assert not self.has_password[name]
        else:
            assert others or self.has_password[name], "somebody lost the last way in"
            del self.owner[subject]

    async def row(self, subject: str) -> LinkedIdentity | None:
        async with self.database.read() as session:
            return await identities.find(session, ISSUER, subject)

    async def owners(self) -> dict[str, UUID]:
        found = {subject: await self.row(subject) for subject in SUBJECTS}
        return {subject: row.user_id for subject, row in found.items() if row is not None}


async def site_of(settings: ApiSettings, database: Database, services: Services, *, has_password: bool) -> Site:
    """An empty site with `PEOPLE`, of whom Ada has a password at most."""
    pepper = settings.of(AuthSettings).token_pepper.get_secret_value()
    ways = WaysIn(passwords=True, issuers=frozenset({ISSUER}))
    flow = ProviderSignIn(
        database,
        services.guard,
        {"id": Named()},
        Seals(pepper),
        services.sign_in,
        AccountMails(services.mails),
        ways,
        "",
    )
    site = Site(database, flow)
    async with database.write() as session:
        await session.execute(delete(LinkedIdentity))
        for name in PEOPLE:
            hashed = "a hash" if name == "ada" and has_password else None
            user = await make_user(session, password_hash=hashed)
            site.callers[name], site.has_password[name] = caller_of(user), hashed is not None
    return site


@given(steps=STEPS, has_password=st.booleans())
@hypothesis.settings(
    max_examples=40, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
async def test_nobody_loses_the_last_way_in_or_gains_another_account(
    settings: ApiSettings,
    database: Database,
    redis_client: redis.asyncio.Redis,
    steps: list[tuple[str, str, str]],
    has_password: bool,
) -> None:
    async with open_services(settings) as services:
        site = await site_of(settings, database, services, has_password=has_password)
        for step in steps:
            await site.do(*step)
        assert await site.owners() == {subject: site.callers[name].user_id for subject, name in site.owner.items()}


async def test_of_two_ways_that_are_removed_at_once_one_stays(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    async with open_services(settings) as services:
        site = await site_of(settings, database, services, has_password=False)
        for _ in range(5):
            for subject in ("s1", "s2"):
                await site.go(subject, site.callers["bob"])
            rows = [row for subject in ("s1", "s2") if (row := await site.row(subject)) is not None]
            ends = await asyncio.gather(
                *(site.flow.unlink(site.callers["bob"], row.id) for row in rows), return_exceptions=True
            )
            assert sorted(type(end).__name__ for end in ends) == ["LastWayInError", "NoneType"]


async def test_who_comes_back_while_it_is_unlinked_does_not_get_in(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis
) -> None:
    async with open_services(settings) as services:
        site = await site_of(settings, database, services, has_password=True)
        await site.go("s1", site.callers["ada"])
        async with database.write() as session:
            await lock_user(session, site.callers["ada"].user_id)
            late = asyncio.create_task(site.go("s1"))
            await waits_for_a_lock(database)
            await identities.remove_since(session, site.callers["ada"].user_id, None)
        with pytest.raises(SignInOverError):
            await late


@pytest.mark.parametrize("step", ["link", "unlink"])
async def test_a_suspension_ends_what_was_let_in_before(
    settings: ApiSettings, database: Database, redis_client: redis.asyncio.Redis, step: str
) -> None:
    async with open_services(settings) as services:
        site = await site_of(settings, database, services, has_password=True)
        await site.go("s1", site.callers["ada"])
        before, row = await site.owners(), await site.row("s1")
        assert row is not None
        async with database.write() as session:
            user = await lock_user(session, site.callers["ada"].user_id)
            assert user is not None
            changes = (
                site.go("s2", site.callers["ada"]) if step == "link" else site.flow.unlink(site.callers["ada"], row.id)
            )
            late = asyncio.create_task(changes)
            await waits_for_a_lock(database)
            user.suspended_at = utc_now()
        with pytest.raises(SuspendedError):
            await late
        assert await site.owners() == before


async def test_a_way_that_the_site_does_not_take_any_more_is_none(database: Database) -> None:
    async with database.write() as session:
        user = await make_user(session, password_hash="a hash")
        await identities.add(session, LinkedIdentity(user_id=user.id, issuer=ISSUER, subject="s1"))
        assert await WaysIn(passwords=True, issuers=frozenset({ISSUER})).count(session, user) == 2
        assert await WaysIn(passwords=False, issuers=frozenset({ISSUER})).count(session, user) == 1
        with pytest.raises(LastWayInError):
            await WaysIn(passwords=False, issuers=frozenset()).keep_one(session, user)
