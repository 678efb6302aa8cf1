"""An agent can connect: the handshake, and the list of tools."""

import json
import os
from typing import Any

import httpx
from site_client import ask, fail, passed

MCP_URL = os.environ["MCP_URL"].rstrip("/") + "/mcp"
HEADERS = {"Accept": "application/json, text/event-stream"}
VERSION = "2025-11-25"


def call(number: int, method: str, parameters: dict[str, Any], headers: dict[str, str]) -> tuple[Any, httpx.Response]:
    """The result of a call, and the answer that it came in: JSON, or the one event of a stream."""
    body = {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}
    answer = ask("POST", MCP_URL, json=body, headers={**HEADERS, **headers})
    text = answer.text
    if "text/event-stream" in answer.headers.get("content-type", ""):
        text = next((line.removeprefix("data:") for line in text.splitlines() if line.startswith("data:")), "{}")
    reply = json.loads(text)
    if "result" not in reply:
        fail(f"{method}: {text[:300]}")
    return reply["result"], answer


client = {"protocolVersion": VERSION, "capabilities": {}, "clientInfo": {"name": "helm-test", "version": "1"}}
hello, first = call(1, "initialize", client, {})
passed(f"{hello['serverInfo']['name']} speaks {hello['protocolVersion']}")
session = {"MCP-Protocol-Version": hello["protocolVersion"]}
if "mcp-session-id" in first.headers:
    session["Mcp-Session-Id"] = first.headers["mcp-session-id"]
tools = call(2, "tools/list", {}, session)[0]["tools"]
if not tools:
    fail("there is no tool")
passed(f"{len(tools)} tools")
