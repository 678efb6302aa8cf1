"""The official conformance suite against our own factory, with the suite's fixtures beside our tools.

It shows that what we put around FastMCP (gate, read-only path, transforms, logs) breaks nothing of either revision of
the protocol. It says nothing about our tools: the rest of tests/mcp does. The suite is a Node program and gets neither
a key nor an API.
"""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fastmcp import FastMCP

from tests.fixtures.mcp import serving
from tests.mcp.conformance.contents import add_contents
from tests.mcp.conformance.rounds import add_rounds

HERE = Path(__file__).parent
SUITE = HERE.parent / "node" / "node_modules" / ".bin" / "conformance"
SCORED = {"2026-07-28": 36, "2025-11-25": 22}
_LINE = re.compile(r"^([✓✗]) ([\w-]+): \d+ passed, \d+ failed", re.MULTILINE)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    def extend(server: FastMCP[Any]) -> None:
        add_contents(server)
        add_rounds(server)

    async with serving("http://127.0.0.1:9", extend=extend) as base:
        yield f"{base}/mcp"


# The older revision has logs and sampling, which the SDK calls deprecated since 2026-07-28.
@pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning")
@pytest.mark.slow
@pytest.mark.parametrize("revision", sorted(SCORED))
async def test_it_speaks_the_protocol(revision: str, url: str, tmp_path: Path) -> None:
    baseline = HERE / f"expected-{revision}.yml"
    status, said = await _run(
        "server", "--url", url, "--requirements", revision, "--expected-failures", str(baseline), folder=tmp_path
    )
    assert status == 0, said[-4000:]
    passed = {name for mark, name in _LINE.findall(said) if mark == "✓"}
    assert len(passed) >= SCORED[revision], sorted(passed)


async def _run(*arguments: str, folder: Path) -> tuple[int, str]:
    """Exit status and output of the suite; the Node of our environment comes first in its PATH."""
    node = Path(sys.executable).parent
    process = await asyncio.create_subprocess_exec(
        str(SUITE),
        *arguments,
        "--output-dir",
        str(folder),
        cwd=folder,
        env={**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()
