"""pyppeteer 2.0.0 on the current lines of websockets and urllib3, against its own pins, and what we add to it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from services.renderer import processes
from services.renderer.browser import Browser, BrowserLostError, BrowserStartError, Launcher, ignore_lost_calls
from services.renderer.chromium import find_chromium
from services.renderer.folders import RunFolder
from services.renderer.page_server import PageServer
from services.renderer.settings import Backend, RendererSettings

pytestmark = [
    pytest.mark.xdist_group("renderer"),
    # pyppeteer's way of calling websockets; it has no successor that would do otherwise.
    pytest.mark.filterwarnings("ignore:remove loop argument:DeprecationWarning"),
]


@pytest.fixture
def folder() -> Iterator[RunFolder]:
    with RunFolder() as made:
        yield made


@pytest.fixture
async def launcher(folder: RunFolder) -> AsyncIterator[Launcher]:
    asyncio.get_running_loop().set_exception_handler(ignore_lost_calls)
    settings = RendererSettings()
    binary = find_chromium(settings)
    assert binary is not None
    server = PageServer(settings.harness)
    await server.start()
    yield Launcher(settings, binary, Backend.SWIFTSHADER, folder, server)
    await server.stop()


@pytest.fixture
async def browser(launcher: Launcher) -> AsyncIterator[Browser]:
    launched = await Browser.launch(launcher)
    yield launched
    await launched.kill()


def test_pins_are_overridden() -> None:
    assert version("pyppeteer") == "2.0.0"
    assert int(version("websockets").partition(".")[0]) >= 15
    assert int(version("urllib3").partition(".")[0]) >= 2


async def test_evaluate(browser: Browser) -> None:
    assert browser.version.startswith("Chrome/")
    assert await browser.evaluate("({ a: [1, 'ü', null] })", 5) == {"a": [1, "ü", None]}
    assert await browser.evaluate("new Promise((done) => setTimeout(done, 10, 7))", 5) == 7
    with pytest.raises(RuntimeError):
        await browser.evaluate("nothing.at.all", 5)
    assert browser.gpu_memory() > 10 * 2**20


async def test_late_answer_does_no_harm(browser: Browser) -> None:
    with pytest.raises(TimeoutError):
        await browser.evaluate("new Promise((done) => setTimeout(done, 300, 1))", 0.05)
    cancelled = asyncio.ensure_future(browser.evaluate("new Promise((done) => setTimeout(done, 300, 2))", 5))
    await asyncio.sleep(0.05)
    cancelled.cancel()
    await asyncio.sleep(0.4)
    assert await browser.evaluate("3", 5) == 3


async def test_death_ends_what_waits(browser: Browser) -> None:
    waiting = asyncio.ensure_future(browser.evaluate("new Promise(() => {})", 30))
    await asyncio.sleep(0.05)
    processes.kill(browser.group.pid)
    with pytest.raises(BrowserLostError):
        await asyncio.wait_for(waiting, 2)
    assert not browser.alive
    with pytest.raises(BrowserLostError):
        await browser.evaluate("1", 5)


async def test_crashed_page_is_a_lost_browser(browser: Browser) -> None:
    waiting = asyncio.ensure_future(browser.evaluate("new Promise(() => {})", 30))
    await asyncio.sleep(0.05)
    for pid in browser.group.members():
        if "--type=renderer" in psutil.Process(pid).cmdline():
            processes.kill(pid)
    with pytest.raises(BrowserLostError):
        await asyncio.wait_for(waiting, 2)


async def test_kill_leaves_nothing(browser: Browser, folder: RunFolder) -> None:
    await browser.kill()
    assert list(browser.group.members()) == []
    assert list(folder.path.glob("profile-*")) == []
    await browser.kill()


async def test_program_that_is_no_browser(launcher: Launcher, folder: RunFolder) -> None:
    wrong = Launcher(launcher.settings, Path("/bin/ls"), launcher.backend, folder, launcher.server)
    with pytest.raises(BrowserStartError, match="ls --help"):
        await Browser.launch(wrong)
    assert list(folder.path.glob("profile-*")) == []


async def test_page_needs_its_token(launcher: Launcher) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", launcher.server.port)
    writer.write(b"GET /guess/index.html HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b"404" in await reader.readline()
    writer.close()
    await writer.wait_closed()
