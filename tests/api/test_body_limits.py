"""What a body may have, and that looking at a bad one costs no more than its size."""

import json
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from services.core.kit.json_bounds import flaw_of


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"{" + b",".join(b'"k%d":1' % number for number in range(n // 10)) + b"}",
        lambda n: b"[" + b",".join([b"1" * 299] * (n // 300)) + b"]",
        lambda n: b'"' * n,
        lambda n: b'"' + b'\\"' * (n // 2),
        lambda n: b"[" * n,
        lambda n: b'"' + b"\\ud800" * (n // 6),
        lambda n: b'"' + b"\\\\u0000" * (n // 7) + b'"',
        lambda n: b'"' + b"\\" * n,
        lambda n: b"1 " * (n // 2),
        lambda n: b"1" * n,
    ],
)
def test_looking_at_a_bad_body_takes_no_longer_than_its_size(make: Callable[[int], bytes]) -> None:
    def seconds(body: bytes) -> float:
        began = time.process_time()
        flaw_of(body, 1_000)
        return time.process_time() - began

    half, whole = make(500_000), make(1_000_000)
    fastest = [min(seconds(body) for _ in range(5)) for body in (half, whole)]
    assert fastest[1] < 3 * fastest[0] + 0.005
    assert fastest[1] < 0.5


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/auth/login", b"{" + b",".join(b'"k%d":1' % number for number in range(90_000)) + b"}"),
        ("/api/v1/auth/login", b"{" + b",".join(b'"k%d":1' % number for number in range(500)) + b"}"),
        ("/api/v1/shaders", b"{" + b",".join(b'"k%d":1' % number for number in range(90_000)) + b"}"),
        ("/api/v1/shaders", b"[" + b",".join([b"1" * 299] * 3_400) + b"]"),
        ("/api/v1/shaders", b'{"a":' * 40 + b"1" + b"}" * 40),
    ],
    # The test's name is in the environment of the processes that it starts, where there is little room.
    ids=["sign-in, huge", "sign-in, large", "members", "numbers", "levels"],
)
async def test_too_many_members_or_levels_are_refused_unread(
    client: httpx2.AsyncClient, path: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[object] = []
    loads = json.loads

    def noted(text: Any, **options: Any) -> Any:
        parsed.append(text)
        return loads(text, **options)

    with monkeypatch.context() as patched:
        patched.setattr(json, "loads", noted)
        answer = await client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code in {400, 413}
    assert body not in parsed


async def test_a_sign_in_has_eight_kilobytes(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/api/v1/auth/login", json={"login": "ada", "password": "x" * 9_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    longest = await client.post("/api/v1/auth/login", json={"login": "ada", "password": "x" * 4_096})
    assert longest.status_code == 401
