"""An agent can connect by both revisions of the protocol, sees the tools, and a tool finds what the API has.

    2026-07-28    no handshake: every request says who asks and what it is about, `server/discover` what there is
    2025-11-25    `initialize` first

It also checks that an unknown key is refused, and that through the Service a name that is not the site's. The
Service's own name is one of those that the chart lets the process answer to.
"""

import json
import os
from typing import Any

import httpx2
from site_client import ask, fail, passed

MCP_URL = os.environ["MCP_URL"].rstrip("/") + "/mcp"
ACCEPT = {"Accept": "application/json, text/event-stream"}
NEW, OLD = "2026-07-28", "2025-11-25"
CLIENT = {"name": "helm-test", "version": "1"}
META = "io.modelcontextprotocol/"
TOOL = "get_trending"


def request(method: str, parameters: dict[str, Any], headers: dict[str, str], expect: int = 200) -> httpx2.Response:
    """The answer to one call."""
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    return ask("POST", MCP_URL, json=body, headers={**ACCEPT, **headers}, expect=expect)


def result(method: str, answer: httpx2.Response) -> dict[str, Any]:
    """What was answered: as JSON, or as the one event of a stream."""
    text = answer.text
    if "text/event-stream" in answer.headers.get("content-type", ""):
        text = next((line.removeprefix("data:") for line in text.splitlines() if line.startswith("data: {")), "{}")
    reply = json.loads(text)
    if "result" not in reply:
        fail(f"{method}: {text[:300]}")
    found: dict[str, Any] = reply["result"]
    return found


def modern(method: str, **parameters: Any) -> dict[str, Any]:
    """A call of the newer revision, which stands for itself."""
    about = {f"{META}protocolVersion": NEW, f"{META}clientInfo": CLIENT, f"{META}clientCapabilities": {}}
    headers = {"MCP-Protocol-Version": NEW, "Mcp-Method": method}
    if "name" in parameters:
        headers["Mcp-Name"] = parameters["name"]
    return result(method, request(method, {**parameters, "_meta": about}, headers))


def older(session: dict[str, str], method: str, **parameters: Any) -> dict[str, Any]:
    """A call of the older one, after the handshake."""
    return result(method, request(method, parameters, {"MCP-Protocol-Version": OLD, **session}))


def shake_hands() -> dict[str, str]:
    """The headers that belong to the session, of which there is none as long as the service keeps no state."""
    hello = {"protocolVersion": OLD, "capabilities": {}, "clientInfo": CLIENT}
    answer = request("initialize", hello, {})
    spoken = result("initialize", answer)["protocolVersion"]
    if spoken != OLD:
        fail(f"initialize with {OLD} is answered with {spoken}")
    session = answer.headers.get("mcp-session-id")
    return {"Mcp-Session-Id": session} if session else {}


def check_tools(revision: str, listed: dict[str, Any], called: dict[str, Any]) -> None:
    """The list has the tool that was called, and the call returned a page of shaders."""
    names = [tool["name"] for tool in listed["tools"]]
    if TOOL not in names:
        fail(f"{revision}: no {TOOL} among {names}")
    if called.get("isError") or not isinstance(called.get("structuredContent", {}).get("items"), list):
        fail(f"{revision}: {TOOL}: {json.dumps(called)[:300]}")
    passed(f"{revision}: {len(names)} tools, and {TOOL} finds {len(called['structuredContent']['items'])} shaders")


def check_the_door() -> None:
    """Who must not come in."""
    refused = request("tools/list", {}, {"Authorization": f"Bearer ff_live_{'0' * 43}"}, expect=401)
    if not refused.headers.get("www-authenticate", "").startswith("Bearer"):
        fail("an unknown key is refused without WWW-Authenticate")
    passed("an unknown key is refused")
    if os.environ.get("THROUGH_SERVICE"):
        # Through the Ingress it may be the controller that refuses, each in its own way.
        request("tools/list", {}, {"Host": "not-this-site.example"}, expect=421)
        passed("a name that is not the site's is refused")


def main() -> None:
    """Both revisions, and the door."""
    found = modern("server/discover")
    if NEW not in found["supportedVersions"]:
        fail(f"server/discover offers {found['supportedVersions']}")
    check_tools(NEW, modern("tools/list"), modern("tools/call", name=TOOL, arguments={}))
    session = shake_hands()
    check_tools(OLD, older(session, "tools/list"), older(session, "tools/call", name=TOOL, arguments={}))
    check_the_door()


if __name__ == "__main__":
    main()
