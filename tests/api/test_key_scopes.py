"""Which routes a key may use: every route stands in one of the tables here, and behaves as its table says.

A new route fails `test_every_route_stands_in_one_table` until somebody has decided where it belongs.
"""

import httpx2
import pytest
from sqlalchemy import func, select

from services.api.app import create_app
from services.api.authentication import maybe_caller
from services.api.deps import key_use, write_session
from services.api.routing import dependencies_of, routes_of
from services.api.settings import ApiSettings
from services.core.accounts.models import User
from services.core.identity.permissions import Scope
from services.core.keys.models import ApiKeyUse
from services.core.kit.database import Database
from services.core.moderation.models import Report
from services.core.shaders.models import Shader, ShaderVersion
from tests.api.samples import OPERATIONS, body_of, operation, ready_path
from tests.factories import make_shader, make_user
from tests.fixtures.accounts import register_moderator, with_token

_AUTH, _USERS, _KEYS, _WORKS, _REPORTS = (f"/api/v1/{name}" for name in ("auth", "users", "keys", "shaders", "reports"))
_WORK = f"{_WORKS}/{{shader_id}}"
_DESIRES, _CLUSTERS = "/api/v1/desires", "/api/v1/desire-clusters"
_ORDERS, _PAYOUTS = "/api/v1/payments/orders", "/api/v1/payouts"
_DESIRE = f"{_DESIRES}/{{desire_id}}"
_PLEDGES, _DECISIONS = "/api/v1/pledges", "/api/v1/pledge-decisions"
# No key may do these, whatever its scopes.
SIGN_IN = {
    *(("post", f"{_AUTH}/{name}") for name in ("login", "logout", "password", "refresh", "register")),
    *(("post", f"{_AUTH}/{name}") for name in ("password/forgot", "password/reset")),
    *(("post", f"{_AUTH}/email/{name}") for name in ("confirm", "revert", "send", "verify")),
    ("get", f"{_AUTH}/email"),
    ("get", f"{_AUTH}/security"),
    *(("post", f"{_AUTH}/login/{name}") for name in ("code", "passkey", "passkey/options")),
    *(("post", f"{_AUTH}/{name}") for name in ("proof", "proof/options", "passkeys", "passkeys/options")),
    *(("post", f"{_AUTH}/{name}") for name in ("totp", "totp/confirm", "recovery-codes")),
    ("delete", f"{_AUTH}/totp"),
    ("patch", f"{_AUTH}/passkeys/{{passkey_id}}"),
    ("delete", f"{_AUTH}/passkeys/{{passkey_id}}"),
    ("get", f"{_AUTH}/ways"),
    *(("post", f"{_AUTH}/providers/{name}") for name in ("confirm", "register")),
    *(("post", f"{_AUTH}/providers/{{name}}/{step}") for step in ("begin", "finish", "link")),
    ("get", f"{_AUTH}/identities"),
    ("delete", f"{_AUTH}/identities/{{identity_id}}"),
    ("post", "/api/v1/mail/unsubscribe/{token}"),
    ("get", f"{_AUTH}/sessions"),
    ("delete", f"{_AUTH}/sessions"),
    ("delete", f"{_AUTH}/sessions/{{session_id}}"),
    ("get", _KEYS),
    ("post", _KEYS),
    ("delete", f"{_KEYS}/{{key_id}}"),
    ("post", f"{_KEYS}/{{key_id}}/rotate"),
    ("get", f"{_KEYS}/{{key_id}}/uses"),
    ("get", "/api/v1/notices/settings"),
    ("put", "/api/v1/notices/settings/{kind}"),
    ("patch", f"{_USERS}/me"),
    ("delete", f"{_USERS}/me"),
    ("get", f"{_USERS}/me/export"),
    ("get", _REPORTS),
    *(("get", f"/api/v1/moderation/{name}") for name in ("log", "queue")),
    *(("get", f"/api/v1/subscriptions/{name}") for name in ("mine", "invoices")),
    *(("post", f"/api/v1/subscriptions/{name}") for name in ("checkout", "portal", "invoices/{invoice_id}/page")),
    *(("post", f"/api/v1/moderation/by-link/{name}") for name in ("answer", "decisions")),
    ("post", f"{_USERS}/me/decisions/{{decision_id}}/answer"),
    ("post", f"{_WORK}/decisions"),
    ("post", f"{_WORK}/hide"),
    ("post", f"{_WORK}/unhide"),
    ("post", f"{_USERS}/{{handle}}/suspend"),
    ("post", f"{_USERS}/{{handle}}/restore"),
    *(("post", f"{_DESIRE}/{step}") for step in ("decisions", "hide", "unhide")),
    *(("post", f"{_CLUSTERS}/{{cluster_id}}/{step}") for step in ("apart", "merge", "split")),
    ("get", f"{_CLUSTERS}/bridges"),
    ("post", f"{_CLUSTERS}/undo"),
    ("get", _ORDERS),
    *(("post", f"{_ORDERS}/{{order_id}}/{what}") for what in ("look", "receipt")),
    *(("get", f"{_PAYOUTS}{what}") for what in ("", "/transfers", "/statement")),
    *(("post", f"{_PAYOUTS}/{what}") for what in ("account", "link")),
    *(("post", f"{_PLEDGES}/{{pledge_id}}/{step}") for step in ("accept", "checkout", "object", "withdraw")),
    *(("post", f"{_DESIRE}/fulfilments/{{fulfilment_id}}/{step}") for step in ("changes", "changed")),
    *((method, f"{_KEYS}/{{key_id}}/pledge-limits") for method in ("get", "put")),
    *(("get", f"{_DECISIONS}/{name}") for name in ("contested", "stuck")),
    *(("post", f"{_DECISIONS}/{{pledge_id}}{step}") for step in ("", "/refund")),
}
# A key needs limits for this, too.
PLEDGE = {("post", f"{_DESIRE}/pledges")}
WRITE = {
    ("post", "/api/v1/feed/events"),
    *((method, "/api/v1/feed/mutes/{kind}/{name}") for method in ("put", "delete")),
    ("put", "/api/v1/feed/taste"),
    ("delete", "/api/v1/feed/taste/shaders/{shader_id}"),
    ("delete", "/api/v1/feed/taste/tags/{tag}"),
    ("post", "/api/v1/notices/read"),
    ("post", _WORKS),
    ("post", f"{_WORKS}/import"),
    ("patch", _WORK),
    ("delete", _WORK),
    ("post", f"{_WORK}/forks"),
    ("post", f"{_WORK}/reports"),
    ("post", f"{_WORK}/redraw"),
    ("post", f"{_WORK}/restore"),
    ("post", f"{_WORK}/versions"),
    ("put", f"{_WORK}/vote"),
    ("delete", f"{_WORK}/vote"),
    ("post", _DESIRES),
    *(("post", f"{_DESIRE}/{step}") for step in ("different", "fulfilments", "join", "leave", "reports", "withdraw")),
    *(("post", f"{_DESIRE}/fulfilments/{{fulfilment_id}}/{step}") for step in ("accept", "decline", "withdraw")),
    ("put", f"{_DESIRE}/follow"),
    ("delete", f"{_DESIRE}/follow"),
}
READ_BY_POST = {("post", f"{_WORKS}/validate"), ("post", f"{_WORKS}/preview")}
_STREAMS = {("get", f"{_WORK}/events"), ("get", "/api/v1/notices/events")}


def _is_read(pair: tuple[str, str]) -> bool:
    return pair in READ_BY_POST or (pair[0] == "get" and pair not in SIGN_IN)


@pytest.fixture
async def work(database: Database) -> str:
    """A listed work of Bob's."""
    async with database.write() as session:
        return (await make_shader(session, author=await make_user(session, handle="bob"))).id


@pytest.fixture
async def judge(client: httpx2.AsyncClient, database: Database) -> httpx2.AsyncClient:
    """A moderator, signed in, whose keys still may not moderate."""
    return await register_moderator(client, database)


async def _agent(judge: httpx2.AsyncClient, *scopes: Scope) -> httpx2.AsyncClient:
    made = await judge.post("/api/v1/keys", json={"name": "agent", "scopes": [*scopes]})
    return with_token(judge, made.json()["key"])


async def _send(client: httpx2.AsyncClient, pair: tuple[str, str], work: str) -> httpx2.Response:
    return await client.request(pair[0].upper(), ready_path(pair[1], work), json=body_of(operation(*pair)))


async def _rows(database: Database) -> list[int]:
    tables = (User, Shader, ShaderVersion, Report, ApiKeyUse)
    async with database.read() as session:
        return [(await session.scalar(select(func.count()).select_from(table))) or 0 for table in tables]


def test_every_route_stands_in_one_table() -> None:
    unknown = [pair for pair in OPERATIONS if not (pair in SIGN_IN | WRITE | PLEDGE or _is_read(pair))]
    assert unknown == [], "say here what a key needs for these"
    assert set(OPERATIONS) >= (SIGN_IN | WRITE | PLEDGE | READ_BY_POST), "these are gone"
    assert not SIGN_IN & WRITE
    hidden = {
        (method.lower(), str(route.path_format))
        for route in routes_of(create_app(ApiSettings()))
        for method in route.methods or ()
    } - set(OPERATIONS)
    unseen = ("/healthz", "/readyz", "/metrics", "/api/v1/pictures", "/api/v1/mail/unsubscribe/{token}")
    webhooks = ("post", "/api/v1/payments/webhooks/{endpoint}")
    assert hidden == {("get", path) for path in unseen} | {webhooks}


@pytest.mark.parametrize("pair", OPERATIONS)
def test_openapi_says_what_a_key_needs(pair: tuple[str, str]) -> None:
    needed = operation(*pair).get("x-key-scope")
    if pair in SIGN_IN:
        assert needed == "none"
    elif pair in WRITE:
        assert needed == "write"
    elif pair in PLEDGE:
        assert needed == "bounty"
    else:
        assert needed in {None, "read"}


async def test_a_key_that_reads_does_nothing_else(judge: httpx2.AsyncClient, database: Database, work: str) -> None:
    agent = await _agent(judge, Scope.READ)
    before = await _rows(database)
    for pair in OPERATIONS:
        if pair in _STREAMS:
            continue
        answer = await _send(agent, pair, work)
        if _is_read(pair):
            assert answer.status_code in {200, 404, 422, 503}, f"{pair}: {answer.text}"
            assert answer.status_code != 503 or pair in READ_BY_POST, f"{pair}: {answer.text}"
        else:
            assert answer.status_code == 403, f"{pair}: {answer.text}"
            assert answer.json()["code"] == ("sign_in_required" if pair in SIGN_IN else "missing_scope"), pair
    assert await _rows(database) == before


async def test_a_key_with_all_scopes_manages_no_account(
    judge: httpx2.AsyncClient, database: Database, work: str
) -> None:
    agent = await _agent(judge, *Scope)
    before = await _rows(database)
    for pair in sorted(SIGN_IN):
        answer = await _send(agent, pair, work)
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_required"), f"{pair}: {answer.text}"
    assert await _rows(database) == before
    assert (await judge.get("/api/v1/users/me")).status_code == 200


@pytest.mark.parametrize("scopes", [[Scope.WRITE], [Scope.BOUNTY]])
async def test_every_key_reads(judge: httpx2.AsyncClient, work: str, scopes: list[Scope]) -> None:
    agent = await _agent(judge, *scopes)
    assert (await agent.get("/api/v1/users/me")).status_code == 200
    assert (await agent.head(f"/api/v1/shaders/{work}")).status_code == 200
    answer = await agent.put(f"/api/v1/shaders/{work}/vote", json={"value": "up"})
    assert answer.status_code == (200 if Scope.WRITE in scopes else 403)


async def test_a_moderators_key_sees_what_any_user_sees(
    judge: httpx2.AsyncClient, database: Database, work: str
) -> None:
    agent = await _agent(judge, *Scope)
    assert (await judge.post(f"/api/v1/shaders/{work}/hide", json={"reason": "spam"})).status_code == 204
    assert (await judge.get(f"/api/v1/shaders/{work}")).status_code == 200
    assert (await agent.get(f"/api/v1/shaders/{work}")).status_code == 404


def test_every_route_that_writes_is_audited() -> None:
    calls = {
        (method.lower(), route.path_format): dependencies_of(route)
        for route in routes_of(create_app(ApiSettings()))
        for method in route.methods or ()
    }
    for pair in WRITE | PLEDGE:
        assert maybe_caller in calls[pair], pair
        assert {write_session, key_use} & calls[pair], pair
