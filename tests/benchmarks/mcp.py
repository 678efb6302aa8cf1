"""`python -m tests.benchmarks.mcp`: tools/call of the MCP service and the API behind it, against a bare FastMCP server.

Real PostgreSQL and Valkey, a library of some thousand works, the API and the MCP service in processes of their own with
their default limits, caches and logs, and a key that may write. The baseline is a FastMCP server whose one tool gives
the same result out of its memory (bare_mcp.py), under the same uvicorn settings. One connection, one call after the
other, in rounds that alternate between the two; protocol 2026-07-28.

Prints a table and writes build/bench/mcp.json: rows of name, value, unit, baseline, ratio, goal. `ratio` is ours to the
baseline's; 1 is the exit status when the p50 of a tool is more than three times the baseline's.
"""

import asyncio
import http.client
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from services.api.settings import ApiSettings
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.standalone.ports import held_port
from tests.benchmarks.library import generate_library
from tests.benchmarks.servers import servers
from tests.fixtures.processes import Process, environment

REPORT = Path("build/bench/mcp.json")
WORKS = 5_000
ROUNDS, CALLS, WARM_UP = 8, 100, 60
GOAL = 3.0
VERSION = "2026-07-28"
TOOLS: dict[str, dict[str, Any]] = {
    "get_trending": {},
    "search_shaders": {"query": "noise water"},
    "get_shader": {"shader_id": "", "include_image": False},
}
SOURCE = """void mainImage(out vec4 color, in vec2 at) {
    vec2 p = at / iResolution.y;
    color = vec4(0.5 + 0.5 * sin(iTime + p.xyx * 9.0 + vec3(0.0, 2.0, 4.0)), 1.0);
}
"""


class Server:
    """One kept connection to an MCP server; `call` gives milliseconds and the result."""

    def __init__(self, port: int, key: str | None = None) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self._headers = {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "MCP-Protocol-Version": VERSION,
            "Mcp-Method": "tools/call",
            **({"Authorization": f"Bearer {key}"} if key else {}),
        }

    def call(self, tool: str, arguments: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """One tools/call; an error ends the run."""
        meta = {
            "io.modelcontextprotocol/protocolVersion": VERSION,
            "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
        }
        parameters = {"name": tool, "arguments": arguments, "_meta": meta}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": parameters})
        began = time.perf_counter()
        self._connection.request("POST", "/mcp", body, {**self._headers, "Mcp-Name": tool})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        took = 1000 * (time.perf_counter() - began)
        data = next((line[5:] for line in text.splitlines() if line.startswith("data:")), text)
        result = json.loads(data).get("result")
        if answer.status != 200 or result is None or result.get("isError"):
            raise SystemExit(f"{tool}: {answer.status} {text[:500]}")
        return took, result


def measure(tool: str, arguments: dict[str, Any], ours: Server, folder: Path) -> list[dict[str, Any]]:
    """The rows of one tool."""
    _, result = ours.call(tool, arguments)
    with bare(result["structuredContent"], folder) as base:
        times: dict[str, list[float]] = {"ours": [], "bare": []}
        for _ in range(WARM_UP):
            ours.call(tool, arguments)
            base.call("give", {})
        for _ in range(ROUNDS):
            times["ours"] += [ours.call(tool, arguments)[0] for _ in range(CALLS)]
            times["bare"] += [base.call("give", {})[0] for _ in range(CALLS)]
    rows = []
    for share, goal in ((0.5, GOAL), (0.95, None)):
        value, baseline = (quantile(times[who], share) for who in ("ours", "bare"))
        rows.append(
            {
                "name": f"{tool} p{share * 100:.0f}",
                "value": round(value, 2),
                "unit": "ms",
                "baseline": round(baseline, 2),
                "ratio": round(value / baseline, 2),
                "goal": goal,
            }
        )
    return rows


def quantile(values: list[float], share: float) -> float:
    """The value below which `share` of `values` lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]


@contextmanager
def bare(content: dict[str, Any], folder: Path) -> Iterator[Server]:
    """The baseline, giving `content`."""
    file, port = folder / "content.json", held_port()
    file.write_text(json.dumps(content))
    process = Process("bare", ["-m", "tests.benchmarks.bare_mcp", str(port), str(file)], {}, folder)
    process.start()
    try:
        process.wait_for_answer(f"http://127.0.0.1:{port}/mcp")
        yield Server(port)
    finally:
        process.kill()


@contextmanager
def our_service(settings: ApiSettings, folder: Path) -> Iterator[Server]:
    """The API and the MCP service, asked with a new person's key."""
    api_port, mcp_port = held_port(), held_port()
    own = {"FRACTAFRAG_MCP_PORT": str(mcp_port), "FRACTAFRAG_MCP_API_URL": f"http://127.0.0.1:{api_port}"}
    api = Process("api", ["-m", "services.api", "--port", str(api_port)], environment(settings), folder)
    mcp = Process("mcp", ["-m", "services.mcp"], own, folder)
    api.start()
    mcp.start()
    try:
        api.wait_for_answer(f"http://127.0.0.1:{api_port}/readyz")
        mcp.wait_for_answer(f"http://127.0.0.1:{mcp_port}/readyz")
        key, work = new_key_and_work(f"http://127.0.0.1:{api_port}/api/v1")
        TOOLS["get_shader"]["shader_id"] = work
        yield Server(mcp_port, key)
    finally:
        mcp.kill()
        api.kill()


def new_key_and_work(api: str) -> tuple[str, str]:
    """A key that may read and write, of somebody who has just signed up and published; and the work's id."""
    person = {"handle": "bench", "email": "bench@example.org", "password": "seven moons over Lisbon"}
    tokens = httpx2.post(f"{api}/auth/register", json={**person, "token_transport": "body"}).raise_for_status().json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    order = {"name": "bench", "scopes": ["read", "write"]}
    key = httpx2.post(f"{api}/keys", json=order, headers=headers).raise_for_status().json()["key"]
    work = {"title": "Bench", "source": SOURCE, "licence": "CC0-1.0"}
    return key, httpx2.post(f"{api}/shaders", json=work, headers=headers).raise_for_status().json()["id"]


def report(rows: list[dict[str, Any]]) -> None:
    """Print the table and write the file."""
    print(f"{'':24} {'value':>8} {'unit':5} {'baseline':>9} {'ratio':>6}  goal")
    for row in rows:
        goal = "" if row["goal"] is None else f"<= {row['goal']:.0f}"
        print(f"{row['name']:24} {row['value']:>8} {row['unit']:5} {row['baseline']:>9} {row['ratio']:>6}  {goal}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(rows, indent=1) + "\n")


async def fill(settings: ApiSettings) -> None:
    """Make the works."""
    database = Database(settings.database, application="bench")
    await generate_library(database, works=WORKS)
    await database.dispose()


def main() -> int:
    """Measure and report; 1 when a goal is missed."""
    with servers(LimitSettings(key="100000/60", address="100000/60")) as (settings, _, folder):
        asyncio.run(fill(settings))
        with our_service(settings, folder) as ours:
            rows = [row for tool, arguments in TOOLS.items() for row in measure(tool, arguments, ours, folder)]
    report(rows)
    return 0 if all(row["goal"] is None or row["ratio"] <= row["goal"] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
