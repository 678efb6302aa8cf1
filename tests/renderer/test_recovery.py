"""GPU processes and browsers that die in the middle of a job."""

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx2
import psutil
import pytest

from tests.fixtures.renderer import RendererProcess
from tests.renderer.fire import drawn_under_fire
from tests.renderer.shaders import GRADIENT, SLOW, solid

pytestmark = pytest.mark.xdist_group("renderer")


def busiest(running: RendererProcess, kind: str) -> psutil.Process:
    """The process of this kind in the browser whose GPU process works hardest."""
    gpus = {process: sum(process.cpu_times()[:2]) for process in running.processes("gpu-process")}
    time.sleep(0.2)
    working = max(gpus, key=lambda process: sum(process.cpu_times()[:2]) - gpus[process])
    if kind == "gpu-process":
        return working
    return next(parent for parent in working.parents() if parent in running.processes("browser"))


def drawn_while(running: RendererProcess, disturb: Callable[[], None]) -> httpx2.Response:
    """The answer to a slow job during which `disturb` was called."""
    replies: list[httpx2.Response] = []
    job = threading.Thread(target=lambda: replies.append(running.render(SLOW)))
    job.start()
    time.sleep(0.3)
    disturb()
    job.join()
    return replies[0]


@pytest.fixture(scope="module")
def undisturbed(shared_renderer: RendererProcess) -> dict[str, Any]:
    """The slow shader's answer when nothing disturbs it."""
    reply = shared_renderer.render(SLOW)
    assert reply.status_code == 200, reply.text
    answer: dict[str, Any] = reply.json()
    return answer


@pytest.mark.parametrize("kind", ["gpu-process", "browser", "renderer"])
def test_job_is_drawn_again(renderer: RendererProcess, undisturbed: dict[str, Any], kind: str) -> None:
    def kill() -> None:
        victim = busiest(renderer, "gpu-process" if kind == "gpu-process" else "browser")
        if kind == "renderer":
            pages = [child for child in victim.children(recursive=True) if "--type=renderer" in child.cmdline()]
            victim = max(pages, key=lambda process: process.memory_info().rss)
        victim.kill()

    reply = drawn_while(renderer, kill)
    assert reply.status_code == 200, reply.text
    assert reply.json()["still"]["data"] == undisturbed["still"]["data"]
    assert renderer.render(GRADIENT).status_code == 200


def test_second_loss_is_the_answer(renderer: RendererProcess, undisturbed: dict[str, Any]) -> None:
    def kill_twice() -> None:
        for _ in range(2):
            busiest(renderer, "gpu-process").kill()
            time.sleep(0.9)

    reply = drawn_while(renderer, kill_twice)
    assert (reply.status_code, reply.json().get("code")) in {(500, "renderer_lost"), (200, None)}
    if reply.status_code == 200:  # The second kill came after the picture.
        assert reply.json()["still"]["data"] == undisturbed["still"]["data"]


@pytest.mark.slow
def test_no_picture_holds_another_jobs_pixels(enduring_renderer: RendererProcess) -> None:
    own = enduring_renderer
    own.wait_until_ready()
    colours = [(20 + 29 * (n % 8), 20 + 41 * (n % 5), 20 + 31 * (n % 7)) for n in range(48)]
    replies = drawn_under_fire(own, lambda number: own.render(solid(*colours[number])), len(colours))
    codes = [reply.status_code for reply in replies]
    assert set(codes) <= {200, 408, 429, 500, 503}
    assert codes.count(200) > 10
    for colour, reply in zip(colours, replies, strict=True):
        if reply.status_code == 200:
            assert reply.json()["still"]["average_color"] == "#{:02x}{:02x}{:02x}".format(*colour)
            assert reply.json()["still"]["flat"] is True
    own.wait_until_ready()
    assert own.render(GRADIENT).status_code == 200
