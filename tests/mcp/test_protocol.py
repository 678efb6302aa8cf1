"""What the protocol asks of every server: refusals of what is no message, true claims, and no cursors that nobody gave.

Both revisions, by bare requests over a socket.
"""

import json
from typing import Any

import httpx2
import pytest
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from tests.mcp.agent import connected
from tests.mcp.conftest import Service

REVISIONS = ["2026-07-28", "2025-11-25"]
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
_META = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}
# Words of the libraries, and what was sent.
FOREIGN = ("pydantic", "Traceback", "validation error", "JSONRPC", "input_value", "secret-word")

NO_MESSAGES: list[tuple[bytes, str, int]] = [
    (json.dumps([LIST, {**LIST, "id": "secret-word"}]).encode(), "batch", -32600),
    (b"[]", "batch", -32600),
    (b'{"jsonrpc": "2.0", "secret-word": 1}', "invalid_request", -32600),
    (b'{"jsonrpc": "1.0", "id": 1, "method": "secret-word"}', "invalid_request", -32600),
    (b'{"jsonrpc": "2.0", "id": null, "method": "tools/list"}', "invalid_request", -32600),
    (b'{"jsonrpc": "2.0", "id": 1.5, "method": "tools/list"}', "invalid_request", -32600),
    (b'{"jsonrpc": "2.0", "id": true, "method": "tools/list"}', "invalid_request", -32600),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": ["secret-word"]}', "invalid_request", -32600),
    (b'"secret-word"', "invalid_request", -32600),
    (b'{"jsonrpc": "2.0", "id": 1, "result": {"secret-word": 1}}', "answer", -32600),
    (json.dumps({**LIST, "params": {f"secret-word{n}": 1 for n in range(2_000)}}).encode(), "too_much", -32600),
    (json.dumps({**LIST, "params": {"secret-word": [[]] * 2_000}}).encode(), "too_much", -32600),
    (
        b'{"jsonrpc": "2.0", "id": 1, "method": "x", "params": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}",
        "too_much",
        -32600,
    ),
    (json.dumps({**LIST, "params": {"uri": "secret-word" * 1_000}}).encode(), "too_long", -32600),
    (json.dumps({**LIST, "id": "secret-word" * 1_000}).encode(), "too_long", -32600),
    (b'{"secret-word', "parse_error", -32700),
    (b"[" * 50_000, "parse_error", -32700),
    (b"", "parse_error", -32700),
    (b"\xff\xfe", "parse_error", -32700),
]


async def _sent(service: Service, revision: str, body: bytes, **headers: str | None) -> httpx2.Response:
    given = {
        "content_type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp_protocol_version": revision,
        "mcp_method": "tools/list",
        **headers,
    }
    async with httpx2.AsyncClient(timeout=60) as client:
        # The client adds an Accept of its own.
        for name in ("accept", "accept-encoding", "user-agent"):
            client.headers.pop(name, None)
        named = {name.replace("_", "-"): value for name, value in given.items() if value is not None}
        return await client.post(service.mcp, content=body, headers=named)


def _list_body(revision: str, **params: Any) -> bytes:
    meta = {"_meta": _META} if revision == "2026-07-28" else {}
    return json.dumps({**LIST, "params": {**params, **meta}}).encode()


def _refusal(answer: httpx2.Response, status: int, code: str, number: int) -> None:
    """The answer is short, ours, and a JSON-RPC error."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert (document["jsonrpc"], document["id"]) == ("2.0", None)
    assert (document["error"]["code"], document["error"]["data"]) == (number, {"code": code})
    assert len(answer.content) < 400
    assert [word for word in FOREIGN if word in answer.text] == []


@pytest.mark.parametrize("revision", REVISIONS)
async def test_what_is_no_message_is_refused_in_our_words(service: Service, revision: str) -> None:
    for body, code, number in NO_MESSAGES:
        _refusal(await _sent(service, revision, body), 400, code, number)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_a_message_that_is_no_json_by_its_headers_is_refused(service: Service, revision: str) -> None:
    body = _list_body(revision)
    for content_type in (None, "text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        _refusal(await _sent(service, revision, body, content_type=content_type), 415, "content_type", -32600)
    for accept in (None, "text/html", "text/event-stream"):
        _refusal(await _sent(service, revision, body, accept=accept), 406, "accept", -32600)
    typed = {"content_type": "application/json; charset=utf-8"}
    for fine in (typed, {"accept": "*/*"}, {"accept": "application/json"}):
        assert (await _sent(service, revision, body, **fine)).status_code == 200


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_a_cursor_that_nobody_gave_is_refused(service: Service, mode: str) -> None:
    async with connected(service.mcp, mode=mode) as agent:
        client = agent.client
        lists = (client.list_tools, client.list_prompts, client.list_resources, client.list_resource_templates)
        for ask in lists:
            await ask()
            with pytest.raises(MCPError) as caught:
                await ask(cursor="secret-word")
            assert (caught.value.error.code, caught.value.error.data) == (INVALID_PARAMS, {"code": "invalid_cursor"})
            assert "secret-word" not in caught.value.error.message


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_only_what_is_there_is_claimed(service: Service, mode: str) -> None:
    async with connected(service.mcp, mode=mode) as agent:
        assert agent.client.server_capabilities is not None
        claimed = agent.client.server_capabilities.model_dump(mode="json", by_alias=True, exclude_none=True)
        assert sorted(claimed) == ["prompts", "resources", "tools"]
        flags = [value for part in claimed.values() for value in part.values()]
        assert not any(flags)


async def test_logs_cannot_be_asked_for(service: Service) -> None:
    body = json.dumps({**LIST, "method": "logging/setLevel", "params": {"level": "debug"}}).encode()
    answer = await _sent(service, "2025-11-25", body, mcp_method="logging/setLevel")
    assert answer.json()["error"]["code"] == -32601


async def test_lists_hold_nothing_of_the_library(service: Service) -> None:
    async with connected(service.mcp) as agent:
        prompts = (await agent.client.list_prompts()).prompts
        listed = [*prompts, *(await agent.client.list_resources()).resources]
        listed += (await agent.client.list_resource_templates()).resource_templates
    said = "".join(each.model_dump_json(by_alias=True, exclude_none=True) for each in listed)
    assert "fastmcp" not in said
    assert "JSON schema" not in said
    described = {argument.name: argument.description for prompt in prompts for argument in prompt.arguments or []}
    assert described == {
        "idea": "what it should show",
        "dialect": "shadertoy unless told",
        "shader_id": "id of the work",
        "change": "what should be different",
    }
