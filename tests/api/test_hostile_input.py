"""Every route with what a hostile or broken client sends: the answer is never a 5xx, and errors are problems.

The renderer is one that checks what it is sent: nothing of this may reach it in a form that it does not know.
"""

import json
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.renders.settings import RendererClientSettings
from tests.api.samples import OPERATIONS, body_of, operation, ready_path
from tests.factories import make_shader, make_user
from tests.fixtures.accounts import register
from tests.fixtures.fake_renderer import FakeRenderer

_OPERATIONS = [
    (method, path)
    for method, path in OPERATIONS
    if operation(method, path)["operationId"] not in {"auth_log_out", "shaders_watch_render"}
]
_WITH_BODY = [pair for pair in _OPERATIONS if "requestBody" in operation(*pair)]
_TEXTS = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "😀" * 50,
    "x" * 70_000,
    "' OR 1=1 --",
    "%s%n{}",
    "../../etc/passwd",
    "\u202e\x1b[31m",
    "null",
    "-1",
    "99999999999999999999",
    "1e999",
    "NaN",
    "2026-13-45",
    "00000000-0000-0000-0000-000000000000",
]
_DEEP: Any = "x"
for _ in range(200):
    _DEEP = [_DEEP]
_VALUES: list[Any] = [
    *_TEXTS,
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    2**200,
    -(2**63) - 1,
    0.1,
    1e308,
    [],
    {},
    ["\x00"],
    [None] * 300,
    {"a": {"b": "\x00"}},
    {"\ud800": 1},
    {"x" * 3000: "y"},
    _DEEP,
]
_BODIES = [b"", b"{", b"\xff\xfe\x00", b"null", b"[]", b'"x"', b"[" * 50_000, b'{"a":' * 20_000, b"\x1f\x8b\x08\x00"]


def _check(answer: httpx2.Response) -> None:
    where = f"{answer.request.method} {answer.request.url} {answer.request.content[:200]!r}"
    assert answer.status_code < 500, f"{where}: {answer.text}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", where
        assert answer.json()["code"], where


@pytest.fixture(name="settings")
def with_a_renderer(settings: ApiSettings, fake_renderer: FakeRenderer) -> ApiSettings:
    """Drawing is answered at once, so that nothing waits for a renderer that is not there."""
    return settings.replace(RendererClientSettings(url=fake_renderer.url))


@pytest.fixture
async def shader_id(database: Database) -> str:
    async with database.write() as session:
        return (await make_shader(session, author=await make_user(session, handle="bob"))).id


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    return await register(client, "ada")


async def _send(client: httpx2.AsyncClient, method: str, url: str, body: object) -> None:
    """Send JSON as Python's encoder writes it: NUL and halves of surrogate pairs as escapes."""
    content = None if body is None and method == "get" else json.dumps(body).encode()
    _check(await client.request(method.upper(), url, content=content, headers={"Content-Type": "application/json"}))


@pytest.mark.parametrize(("method", "path"), _WITH_BODY)
async def test_no_body_breaks_it(
    client: httpx2.AsyncClient, ada: httpx2.AsyncClient, shader_id: str, method: str, path: str
) -> None:
    url = ready_path(path, shader_id)
    for who in (client, ada):
        for raw in _BODIES:
            for kind in ("application/json", "application/json; charset=utf-16", "text/plain"):
                _check(await who.request(method.upper(), url, content=raw, headers={"Content-Type": kind}))
    sample = body_of(operation(method, path)) or {}
    for value in _VALUES:
        await _send(ada, method, url, value)
    for name in sample:
        for value in _VALUES:
            await _send(ada, method, url, {**sample, name: value})


@pytest.mark.parametrize(("method", "path"), _OPERATIONS)
async def test_no_address_breaks_it(
    client: httpx2.AsyncClient, ada: httpx2.AsyncClient, shader_id: str, method: str, path: str
) -> None:
    sample = body_of(operation(method, path))
    texts = [httpx2.QueryParams({"": text.encode(errors="surrogatepass").decode(errors="replace")}) for text in _TEXTS]
    values = [str(text)[1:][:3000] for text in texts]
    given = {part["name"]: part["in"] for part in operation(method, path).get("parameters", [])}
    for name, place in given.items():
        for value in [*values, "%ff", "%00", "%c0%80", "a%2fb", "%2e%2e"]:
            if place == "path" and value:
                marked = path.replace("{" + name + "}", "\x01")
                url = ready_path(marked, shader_id).replace("\x01", value)
            elif place == "query":
                url = f"{ready_path(path, shader_id)}?{name}={value}&{name}={value}"
            else:
                continue
            await _send(client if value == "%ff" else ada, method, url, sample)


@pytest.mark.parametrize(
    "name", ["Authorization", "Idempotency-Key", "If-None-Match", "Cookie", "X-Request-ID", "Host"]
)
async def test_no_header_breaks_it(client: httpx2.AsyncClient, name: str) -> None:
    values = [
        b"",
        b"\xff\xfe",
        b"x" * 8000,
        b"Bearer " + b"." * 5000,
        b"Bearer \xc3\xa9",
        b"Bearer ff_live_" + b"\xff" * 43,
        b"Bearer ff_live_" + b"A" * 43,
        b'"',
        b",,,",
        b"*",
        b"a=b=c;;=",
    ]
    for value in values:
        for method, path in (("GET", "/api/v1/version"), ("POST", "/api/v1/auth/refresh"), ("GET", "/api/v1/feed")):
            _check(await client.request(method, path, headers={name.encode(): value}))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "head"])
async def test_another_method_is_refused(client: httpx2.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/api/v1/auth/login")
    assert answer.status_code == 405


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(_WITH_BODY), data=st.data())
async def test_no_mixture_breaks_it(
    ada: httpx2.AsyncClient, shader_id: str, route: tuple[str, str], data: st.DataObject
) -> None:
    sample = body_of(operation(*route)) or {}
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(sample) or ["x"]), _json, max_size=4))
    await _send(ada, route[0], ready_path(route[1], shader_id), {**sample, **changed})
