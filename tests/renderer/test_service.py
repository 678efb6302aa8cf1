"""The service around the drawing: refusals, queue, readiness, ends of all kinds, and what it writes down."""

import json
import os
import signal
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import psutil
import pytest

from services.renderer.chromium import find_chromium
from services.renderer.folders import RunFolder
from services.renderer.isolation import find_isolation
from services.renderer.settings import RendererSettings
from tests.fixtures.renderer import SHORT_LIMITS, RendererProcess, running_renderer
from tests.renderer.shaders import GRADIENT, SLOW

pytestmark = pytest.mark.xdist_group("renderer")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "bad_request"),
        (b"{", 400, "bad_request"),
        (b'{"job_id": "a", "source": "\xff"}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "x"}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "x", "still": {}, "more": 1}', 400, "bad_request"),
        (b'{"job_id": "a b", "source": "x", "still": {}}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "x", "still": {"width": 100000}}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "x", "still": {"time": NaN}}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "x", "dialect": "hlsl", "still": {}}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "\\ud800", "still": {}}', 400, "bad_request"),
        (b'{"job_id": "a", "source": "' + b"x" * 70_000 + b'", "still": {}}', 413, "source_too_large"),
        (b" " * 10_000_000, 413, "source_too_large"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_malformed_requests(renderer: RendererProcess, body: bytes, status: int, code: str) -> None:
    reply = renderer.client.post("/render", content=body)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


def test_load_tells_how_much_there_is_to_do(renderer: RendererProcess) -> None:
    before = renderer.client.get("/load").json()
    assert renderer.render(GRADIENT).status_code == 200
    load = renderer.client.get("/load").json()
    assert (load["slots"], load["busy"], load["waiting"]) == (1, 0, 0)
    assert (load["ready"], load["draining"]) == (True, False)
    assert load["jobs"] == before["jobs"] + 1
    assert load["job_seconds"] > 0
    with ThreadPoolExecutor(1) as threads:
        drawing = threads.submit(renderer.render, SLOW)
        wait_for(renderer, is_drawing)
        assert renderer.client.get("/load").json()["busy"] == 1
        assert drawing.result().status_code in (200, 408)


def test_a_sandbox_that_is_required_is_used_or_named_as_the_reason(tmp_path: Path) -> None:
    binary = find_chromium(RendererSettings())
    assert binary is not None
    works = find_isolation(RendererSettings(), binary, Path("/dev/shm/x")).namespaces
    with running_renderer(tmp_path, {**SHORT_LIMITS, "sandbox": "required"}, ready=works) as own:
        if works:
            assert not any("--no-sandbox" in process.cmdline() for process in own.processes())
            return
        for _ in range(300):
            with suppress(httpx2.TransportError):
                reply = own.client.get("/readyz")
                if "sandbox is required" in reply.json()["detail"]:
                    break
            time.sleep(0.1)
        assert reply.status_code == 503
        assert not own.processes()
        assert own.client.get("/load").json()["ready"] is False


def test_unknown_paths_and_methods(renderer: RendererProcess) -> None:
    assert renderer.client.get("/nothing").json()["code"] == "not_found"
    assert renderer.client.get("/render").json()["code"] == "method_not_allowed"


def test_health_and_metrics(renderer: RendererProcess) -> None:
    renderer.render(GRADIENT)
    assert renderer.client.get("/healthz").status_code == 200
    state = renderer.client.get("/readyz").json()
    assert state.keys() >= {"backend", "renderer", "chromium", "slots", "free"}
    text = renderer.client.get("/metrics").text
    assert 'renderer_jobs_total{kind="still",outcome="ok"}' in text
    assert 'renderer_backend_info{backend="llvmpipe"' in text
    assert 'http_requests_total{method="POST",process="renderer",route="/render",status="200"}' in text


def test_logs_carry_ids_and_nothing_that_a_stranger_wrote(renderer: RendererProcess) -> None:
    marker = "unmistakable_word_of_a_stranger"
    headers = {"X-Request-ID": "request-of-this-test"}
    for source in (f"void main() {{ {marker}(); }}", f"{marker} {{", GRADIENT + f"// {marker}"):
        order = {"job_id": "job-of-this-test", "source": source, "still": {}}
        renderer.client.post("/render", json=order, headers=headers)
        renderer.compile(source)
    renderer.client.post("/render", content=marker.encode())
    log = renderer.log.read_text()
    assert marker not in log
    lines = [json.loads(line) for line in log.splitlines() if "job-of-this-test" in line]
    assert lines
    assert all(line["request_id"] == "request-of-this-test" for line in lines)
    assert all(line["process"] == "renderer" for line in lines)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RendererProcess]:
    """A renderer in whose queue there is one place."""
    with running_renderer(tmp_path_factory.mktemp("small"), {**SHORT_LIMITS, "queue_size": 1}) as own:
        yield own


@contextmanager
def drawing_held(running: RendererProcess) -> Iterator[None]:
    """What is being drawn stays unfinished until the block ends, however fast this machine is."""
    held = running.processes("gpu-process")
    for process in held:
        process.suspend()
    try:
        yield
    finally:
        for process in held:
            with suppress(psutil.Error):
                process.resume()


def wait_for(running: RendererProcess, condition: Callable[[httpx2.Response], bool]) -> None:
    """Return when /readyz answers so; half the time that a still may take."""
    deadline = time.monotonic() + SHORT_LIMITS["still_seconds"] / 2
    while not condition(running.client.get("/readyz")):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_drawing(state: httpx2.Response) -> bool:
    """Whether the only slot is at work."""
    return state.status_code == 200 and state.json()["free"] == 0


def test_full_queue_refuses_and_recovers(small: RendererProcess) -> None:
    with ThreadPoolExecutor(6) as threads:
        coming = [threads.submit(small.render, SLOW) for _ in range(6)]
        wait_for(small, lambda state: state.json()["waiting"] > 0)
        assert small.client.get("/readyz").status_code == 200
        replies = [each.result() for each in coming]
    codes = [reply.status_code for reply in replies]
    refused = [reply for reply in replies if reply.status_code == 429]
    assert set(codes) == {200, 429}
    assert {reply.json()["code"] for reply in refused} == {"queue_full"}
    assert all(1 <= int(reply.headers["Retry-After"]) <= 10 for reply in refused)
    small.wait_until_ready()
    assert small.render(GRADIENT).status_code == 200


def test_caller_that_goes_away_frees_its_place(small: RendererProcess) -> None:
    small.wait_until_ready()
    port = int(small.url.rpartition(":")[2])
    payload = json.dumps({"job_id": "gone", "source": SLOW, "still": {}}).encode()
    with ThreadPoolExecutor(1) as threads:
        with drawing_held(small):
            drawing = threads.submit(small.render, GRADIENT)
            wait_for(small, is_drawing)
            with socket.create_connection(("127.0.0.1", port)) as caller:
                head = f"POST /render HTTP/1.1\r\nHost: x\r\nContent-Length: {len(payload)}\r\n\r\n".encode()
                caller.sendall(head + payload)
                wait_for(small, lambda state: state.json()["waiting"] == 1)
                assert small.render(GRADIENT).status_code == 429
            wait_for(small, is_drawing)
        assert drawing.result().status_code == 200
    assert small.render(GRADIENT).status_code == 200


def test_validation_works_while_the_standby_is_replaced(small: RendererProcess) -> None:
    small.wait_until_ready()
    newest = max(small.processes("browser"), key=lambda process: process.create_time())
    newest.kill()
    for _ in range(5):
        assert small.compile(GRADIENT).json()["ok"] is True
    small.wait_until_ready()


def nothing_is_left_of(processes: list[psutil.Process]) -> bool:
    """Whether all of them end within some seconds; a zombie has ended, even where nobody reaps it."""
    _, alive = psutil.wait_procs(processes, timeout=8)
    return not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


def test_drain_finishes_what_is_drawn(tmp_path: Path) -> None:
    with running_renderer(tmp_path, SHORT_LIMITS) as own:
        children = own.processes()
        with ThreadPoolExecutor(2) as threads:
            with drawing_held(own):
                drawing = threads.submit(own.render, GRADIENT)
                wait_for(own, is_drawing)
                waiting = threads.submit(own.render, GRADIENT)
                wait_for(own, lambda state: state.json().get("waiting") == 1)
                own.process.terminate()
                wait_for(own, lambda state: state.status_code == 503)
                late = own.render(GRADIENT)
                assert (late.status_code, late.json()["code"]) == (503, "draining")
                assert own.client.get("/healthz").status_code == 200
            assert drawing.result().status_code == 200
            assert waiting.result().json()["code"] == "draining"
        assert own.process.wait(10) == 0
        assert nothing_is_left_of(children)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for Chromium's socket, which may have 108 characters."""
    with tempfile.TemporaryDirectory(prefix="ff-") as folder:
        yield Path(folder)


def test_kill_leaves_nothing_running(tmp_path: Path, short_folder: Path) -> None:
    folder = short_folder
    with running_renderer(tmp_path, {**SHORT_LIMITS, "run_folder": folder}) as own:

        def draw() -> None:
            with pytest.raises(httpx2.TransportError):
                own.render(SLOW)

        drawing = threading.Thread(target=draw)
        with drawing_held(own):
            drawing.start()
            wait_for(own, is_drawing)
            children = own.processes()
            assert children
            os.kill(own.process.pid, signal.SIGKILL)
            own.process.wait()
        drawing.join()
        assert nothing_is_left_of(children)
    (left,) = folder.iterdir()
    with RunFolder(folder):
        assert not left.exists()


def test_starts_without_chromium_and_finds_it_later(tmp_path: Path) -> None:
    link = tmp_path / "chromium"
    settings = {**SHORT_LIMITS, "chromium": link, "retry_seconds": 0.3}
    with running_renderer(tmp_path, settings, ready=False) as own:
        for _ in range(100):
            try:
                reply = own.client.get("/readyz")
            except httpx2.TransportError:
                reply = None
            if reply is not None and "Chromium was not found" in reply.json()["detail"]:
                break
            time.sleep(0.1)
        assert reply is not None
        assert (reply.status_code, reply.json()["code"]) == (503, "not_ready")
        assert own.client.get("/healthz").status_code == 200
        assert own.render(GRADIENT).status_code == 503
        binary = find_chromium(RendererSettings())
        assert binary is not None
        link.symlink_to(binary)
        own.wait_until_ready()
        assert own.render(GRADIENT).status_code == 200


@pytest.mark.slow
def test_worn_browsers_are_replaced(tmp_path: Path) -> None:
    with running_renderer(tmp_path, {"slots": 1, "recycle_jobs": 3}) as own:
        first = {process.pid for process in own.processes("browser")}
        assert len(first) == 2
        for _ in range(8):
            assert own.render(GRADIENT).status_code == 200
        # A worn browser stays until its replacement is up.
        for _ in range(150):
            if first.isdisjoint(process.pid for process in own.processes("browser")):
                break
            time.sleep(0.1)
        assert first.isdisjoint(process.pid for process in own.processes("browser"))
        own.wait_until_ready()
        assert '"reason": "jobs"' in own.log.read_text()
        zombies = [process for process in own.processes() if process.status() == psutil.STATUS_ZOMBIE]
        assert not zombies
