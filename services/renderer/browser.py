"""One Chromium, started by us and driven through pyppeteer.

Interface: `Browser.launch`, `evaluate`, `kill_gpu`, `kill`. pyppeteer is used for its connection and its sessions
only: its `launch` blocks the event loop, its `Browser.close` can block for ever, and its `Page` turns on the
Network domain, which sends every pixel message back as a base64 event.

What fails: a call on a browser that died raises `BrowserLostError`; a call that does not come back in its time
raises `TimeoutError` and stays pending. A pyppeteer future is never cancelled, because one cancelled future ends
pyppeteer's receive loop when the answer comes; so nothing here awaits one directly, and `asyncio.wait` is used
instead.
"""

import asyncio
import json
import os
import re
import shutil
import signal
import time
from collections import deque
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyppeteer
import structlog
from websockets.exceptions import WebSocketException

from services.renderer import chromium, processes
from services.renderer.folders import RunFolder
from services.renderer.isolation import OPEN, Isolation
from services.renderer.page_server import PageServer
from services.renderer.processes import ProcessGroup
from services.renderer.settings import Backend, RendererSettings

_log = structlog.get_logger("renderer.browser")
_OUTPUT_LINES = 20
_LOOK_SECONDS = 0.02
# What Chromium says when the process that runs shaders ended; the code holds the signal as waitpid gives it.
_GPU_EXIT = re.compile(rb"GPU process exited unexpectedly: exit_code=(\d+)")
_SIGNAL_BITS = 0x7F
# These come from outside: from us, from the kernel short of memory, from an operator.
_NO_CRASH = (0, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


class BrowserLostError(Exception):
    """The browser or its page is gone; start another one."""


class BrowserStartError(Exception):
    """The browser did not come up; the message says why, for the operator."""


@dataclass(frozen=True, slots=True)
class Launcher:
    """What every browser of this process is started with."""

    settings: RendererSettings
    binary: Path
    backend: Backend
    folder: RunFolder
    server: PageServer
    isolation: Isolation = OPEN


class Browser:
    """A running Chromium with the harness in its one page."""

    def __init__(self, launcher: Launcher) -> None:
        """Start the process; `launch` is the way to a usable browser."""
        self._launcher = launcher
        self.token = launcher.server.admit()
        self._profile = launcher.folder.new_profile()
        url = launcher.server.url(self.token)
        settings, isolation = launcher.settings, launcher.isolation
        writable = [self._profile, launcher.folder.shader_cache]
        self.group = ProcessGroup(
            chromium.command(launcher.binary, launcher.backend, settings, self._profile, url, isolation),
            chromium.environment(launcher.backend, settings, self._profile, launcher.folder.shader_cache),
            launcher=isolation.launcher(launcher.binary, writable, launcher.server.port),
            privileges=isolation.privileges,
        )
        self.started = time.monotonic()
        self.version = ""
        self.gpu_exits: list[int] = []
        self._output: deque[bytes] = deque(maxlen=_OUTPUT_LINES)
        self._gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._session: Any = None
        self._gpu: int | None = None
        self._errors: asyncio.BaseTransport | None = None
        self._death = -1

    @classmethod
    async def launch(cls, launcher: Launcher) -> "Browser":
        """Start a browser and wait until its page answers; raises `BrowserStartError` and leaves nothing running."""
        browser = cls(launcher)
        try:
            async with asyncio.timeout(launcher.settings.start_seconds):
                browser._watch_death()
                await browser._connect()
        except (TimeoutError, OSError, BrowserLostError, pyppeteer.errors.PyppeteerError) as error:
            await browser.kill()
            raise BrowserStartError(f"Chromium did not come up: {browser._why(error)}") from error
        except BaseException:
            await browser.kill()
            raise
        return browser

    @property
    def alive(self) -> bool:
        """Whether the process runs and its page has not crashed."""
        return not self._gone.done() and self.group.alive

    async def evaluate(self, expression: str, seconds: float) -> Any:
        """The JSON value of a JavaScript expression (awaited if it is a promise).

        Raises `TimeoutError` after `seconds`, `BrowserLostError` when there is nobody to answer, `RuntimeError` when
        the expression threw. The message of the latter is the harness's, and may quote a shader: do not log it.
        """
        if not self.alive:
            raise BrowserLostError("the browser is gone")
        call = self._session.send(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True, "awaitPromise": True}
        )
        reply = await self._settled(call, seconds)
        if reply.get("exceptionDetails"):
            raise RuntimeError(reply["exceptionDetails"].get("exception", {}).get("description", "it threw"))
        return reply["result"].get("value")

    async def call(self, verb: str, argument: object, seconds: float) -> Any:
        """`harness.verb(argument)`; fails as `evaluate` does."""
        return await self.evaluate(f"harness.{verb}({json.dumps(argument)})", seconds)

    def gpu_memory(self) -> int:
        """Resident bytes of the process that runs shaders; 0 when there is none."""
        resident = processes.rss_bytes(self._gpu) if self._gpu is not None else 0
        if resident == 0:
            self._gpu = self.group.gpu_process()
            resident = processes.rss_bytes(self._gpu) if self._gpu is not None else 0
        return resident

    def gpu_seconds(self) -> float:
        """Processor time of the process that runs shaders; 0 when there is none."""
        self.gpu_memory()  # finds it
        return processes.cpu_seconds(self._gpu) if self._gpu is not None else 0.0

    def kill_gpu(self) -> None:
        """SIGKILL the process that runs shaders; Chromium starts another by itself. Without one, the whole browser."""
        pid = self.group.gpu_process()
        self._gpu = None
        if pid is None:
            self.group.kill()
        else:
            processes.kill(pid)

    async def gpu_crashed(self, since: int, seconds: float) -> bool:
        """Whether the GPU process ended by a fault of its own after exit number `since`; waits for the word of it."""
        for _ in range(round(seconds / _LOOK_SECONDS)):
            if len(self.gpu_exits) > since or not self.alive:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        return any(code & _SIGNAL_BITS not in _NO_CRASH for code in self.gpu_exits[since:])

    async def kill(self) -> None:
        """SIGKILL everything and remove the profile; harmless when repeated."""
        self.lose()
        self.group.kill()
        if self._death >= 0:
            os.close(self._death)
            self._death = -1
        if self._errors is not None:
            self._errors.close()
        self._launcher.server.dismiss(self.token)
        for _ in range(100):
            processes.reap()
            if not any(True for _ in self.group.members()):
                break
            await asyncio.sleep(0.01)
        await asyncio.to_thread(shutil.rmtree, self._profile, ignore_errors=True)

    def lose(self) -> None:
        """Let everybody who waits for this browser know that no answer will come."""
        if self._death >= 0:
            asyncio.get_running_loop().remove_reader(self._death)
        if not self._gone.done():
            self._gone.set_result(None)

    def _watch_death(self) -> None:
        self._death = os.pidfd_open(self.group.pid)
        asyncio.get_running_loop().add_reader(self._death, self.lose)

    async def _connect(self) -> None:
        await self._read_errors()
        endpoint = await self._endpoint()
        connecting = pyppeteer.connect(browserWSEndpoint=endpoint)
        connection = await self._settled(connecting, self._launcher.settings.start_seconds)
        self.version = await self._settled(connection.version(), 5)
        self._session = await self._settled((await self._page(connection)).createCDPSession(), 5)
        self._session.on("Inspector.targetCrashed", lambda _: self.lose())
        await self._settled(self._session.send("Inspector.enable"), 5)
        while True:
            if await self.evaluate("typeof harness === 'object' && harness.ready()", 5):
                return
            await asyncio.sleep(0.01)

    async def _read_errors(self) -> None:
        loop = asyncio.get_running_loop()
        self._errors, _ = await loop.connect_read_pipe(
            lambda: _Tail(self._output, self.gpu_exits), self.group.process.stderr
        )

    async def _endpoint(self) -> str:
        file = self._profile / "DevToolsActivePort"
        while True:
            if not self.group.alive:
                await asyncio.sleep(0.05)  # Its last words may still be on their way.
                raise BrowserLostError("it ended at once")
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            await asyncio.sleep(0.01)

    async def _page(self, connection: Any) -> Any:
        while True:
            pages = [target for target in connection.targets() if target.type == "page"]
            if pages:
                return pages[0]
            if not self.group.alive:
                raise BrowserLostError("it ended before its page opened")
            await asyncio.sleep(0.01)

    async def _settled(self, started: Awaitable[Any], seconds: float) -> Any:
        call = asyncio.ensure_future(started)
        call.add_done_callback(_retrieve)
        await asyncio.wait({call, self._gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if call.done():
            try:
                result = call.result()
            except pyppeteer.errors.PyppeteerError as error:
                self.lose()
                raise BrowserLostError("the browser closed the connection") from error
            if result is None:
                self.lose()
                raise BrowserLostError("the connection broke")
            return result
        if self._gone.done():
            raise BrowserLostError("the page is gone")
        raise TimeoutError

    def _why(self, error: BaseException) -> str:
        reason = str(error) or type(error).__name__
        output = b"".join(self._output).decode(errors="replace").strip().splitlines()
        return f"{reason}; its last words: {output[-1][:300]}" if output else reason


class _Tail(asyncio.Protocol):
    """Keeps the last lines of a pipe and the exit codes of GPU processes, drops the rest."""

    def __init__(self, kept: deque[bytes], gpu_exits: list[int]) -> None:
        self._kept = kept
        self._gpu_exits = gpu_exits
        self._line = b""

    def data_received(self, data: bytes) -> None:
        """Keep at most 4 KB of it."""
        self._kept.append(data[-4096:])
        *lines, rest = (self._line + data).split(b"\n")
        self._line = rest[-4096:]
        self._gpu_exits += [int(found[1]) for line in lines if (found := _GPU_EXIT.search(line))]


def ignore_lost_calls(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception handler for the loop: calls that pyppeteer had under way when a browser was killed are no news."""
    if not isinstance(context.get("exception"), pyppeteer.errors.PyppeteerError | WebSocketException | OSError):
        loop.default_exception_handler(context)


def _retrieve(future: asyncio.Future[Any]) -> None:
    """Mark a failure as seen, so that an abandoned call does not shout from the garbage collector."""
    if not future.cancelled():
        future.exception()
