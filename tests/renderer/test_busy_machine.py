"""A machine that is busy with something else changes no verdict about a shader.

What else the machine does is not done here: GPU processes are stopped for a part of the time, so that they get as much
of the processors as beside others, and the tests that run beside these lose nothing. tests/busy has real busy loops.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from tests.fixtures.renderer import RendererProcess, running_renderer
from tests.renderer.shaders import GRADIENT, HOSTILE, MOVING, SLOW

pytestmark = [pytest.mark.xdist_group("renderer"), pytest.mark.slow]

# With the limits of production; SLOW takes a second on two quiet cores.
_SETTINGS = {"slots": 1}
# A GPU process gets somewhat more of two cores beside four busy loops.
_SHARE_BESIDE_OTHERS = 0.5
_WINDOW_SECONDS = 0.2
# Many times over the limit of a still, and below that of loops.
TOO_HEAVY = SLOW.replace("900", "50000")
# Its loop costs about half of what it may.
MOVING_SLOWLY = SLOW.replace("900", "250").replace("p / iResolution.xy", "fract(p / iResolution.xy + iTime)")


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RendererProcess]:
    """A renderer whose jobs have little time, of which the compiler may use all."""
    settings = {**_SETTINGS, "compile_seconds": 600, "still_seconds": 0.6, "job_seconds": 2}
    with running_renderer(tmp_path_factory.mktemp("hasty"), settings) as own:
        yield own


@pytest.fixture(scope="module")
def lenient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RendererProcess]:
    """A renderer that would draw anything, if jobs had the time."""
    settings = {**_SETTINGS, "still_seconds": 600, "preview_seconds": 600, "job_seconds": 3}
    with running_renderer(tmp_path_factory.mktemp("lenient"), settings) as own:
        yield own


def test_a_compiler_that_is_starved_says_so(hasty: RendererProcess) -> None:
    hasty.wait_until_ready()
    for process in hasty.processes("gpu-process"):
        process.suspend()
    try:
        reply = hasty.render(GRADIENT)
    finally:
        for process in hasty.processes("gpu-process"):
            process.resume()
    assert (reply.status_code, reply.json()["code"]) == (503, "renderer_slow")
    hasty.wait_until_ready()
    assert hasty.judged(GRADIENT).status_code == 200


def test_a_loop_that_would_not_be_done_in_time_gives_the_slot_back(lenient: RendererProcess) -> None:
    # All frames are within the limit, but not before the slot is wanted back.
    lenient.wait_until_ready()
    reply = lenient.render(MOVING_SLOWLY.replace("250", "1200"), still=None, preview={})
    assert (reply.status_code, reply.json()["code"]) == (503, "renderer_slow")


@pytest.fixture(scope="module")
def beset(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RendererProcess]:
    """A renderer that gets a quarter of two cores."""
    with running_renderer(tmp_path_factory.mktemp("beset"), _SETTINGS) as own, throttled(own, _SHARE_BESIDE_OTHERS):
        yield own


@pytest.mark.parametrize("source", [GRADIENT, MOVING, SLOW, SLOW.replace("900", "3600")])
def test_what_is_drawn_on_a_quiet_machine_is_drawn(beset: RendererProcess, source: str) -> None:
    for _ in range(5):
        beset.wait_until_ready()
        reply = beset.render(source)
        if reply.status_code == 200:
            return
        assert (reply.status_code, reply.json()["code"]) == (503, "renderer_slow")
        assert int(reply.headers["Retry-After"]) >= 1
    pytest.fail("it was never drawn")


def test_a_loop_has_as_many_frames_as_on_a_quiet_machine_or_comes_later(beset: RendererProcess) -> None:
    for _ in range(3):
        beset.wait_until_ready()
        reply = beset.render(MOVING_SLOWLY, still=None, preview={})
        if reply.status_code == 200:
            loop = reply.json()["preview"]
            assert (loop["frames"], loop["width"]) == (36, 320)
            return
        assert (reply.status_code, reply.json()["code"]) == (503, "renderer_slow")


@pytest.mark.parametrize("name", ["for", "many statements", "4 million inlined calls"])
def test_what_is_refused_on_a_quiet_machine_is_not_drawn(beset: RendererProcess, name: str) -> None:
    source, codes = HOSTILE[name]
    beset.wait_until_ready()
    assert beset.judged(source).json()["code"] in codes


def test_what_the_first_try_cannot_tell_a_later_one_does(hasty: RendererProcess) -> None:
    """Beside so much else that a shader which is too heavy never comes to its limit within the time of one try."""
    hasty.wait_until_ready()
    with throttled(hasty, 0.3):
        first = hasty.render(TOO_HEAVY)
        assert (first.status_code, first.json()["code"]) == (503, "renderer_slow")
        hasty.wait_until_ready()
        assert hasty.judged(TOO_HEAVY).json()["code"] == "still_timeout"


def test_an_answer_does_not_wait_for_a_page_that_does_not_notice(lenient: RendererProcess) -> None:
    lenient.wait_until_ready()
    with ThreadPoolExecutor(1) as threads:
        gpus = lenient.processes("gpu-process")
        idle = used(gpus)
        answer = threads.submit(lenient.render, TOO_HEAVY)
        while used(gpus) < idle + 0.3 and not answer.done():
            time.sleep(0.01)
        pages = lenient.processes("renderer")
        of_all(pages, "suspend")
        try:
            assert answer.result().json()["code"] == "renderer_slow"
        finally:
            of_all(pages, "resume")
    lenient.wait_until_ready()
    assert lenient.render(GRADIENT).status_code == 200


def used(processes: list[psutil.Process]) -> float:
    """Processor time of these, in seconds; of those that are gone none."""
    seconds = 0.0
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:2])
    return seconds


@contextlib.contextmanager
def throttled(renderer: RendererProcess, share: float) -> Iterator[None]:
    """Let GPU processes have so much of one processor, as on a machine that is busy with something else."""
    over = threading.Event()

    def throttle() -> None:
        budget, owed = _WINDOW_SECONDS * share, 0.0
        while not over.is_set():
            held = renderer.processes("gpu-process")
            begun, ends = used(held), time.monotonic() + _WINDOW_SECONDS
            of_all(held, "resume")
            while used(held) < begun + budget - owed and time.monotonic() < ends:
                time.sleep(0.005)
            of_all(held, "suspend")
            time.sleep(max(0.0, ends - time.monotonic()))
            # What they got above their share, because nobody looked, they get less of the next time.
            owed = max(0.0, owed + used(held) - begun - budget)
        of_all(renderer.processes("gpu-process"), "resume")

    thread = threading.Thread(target=throttle)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def of_all(processes: list[psutil.Process], action: str) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            getattr(process, action)()
