"""Drawing while GPU processes are killed all the time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx2

from tests.fixtures.renderer import RendererProcess


def drawn_under_fire(own: RendererProcess, draw: Callable[[int], httpx2.Response], count: int) -> list[httpx2.Response]:
    """The answers while GPU processes are killed all the time."""
    answered, over = threading.Semaphore(0), threading.Event()

    def disturb() -> None:
        while not over.is_set():
            for _ in range(4):
                answered.acquire()
            for process in own.processes("gpu-process")[:2]:
                process.kill()

    def drawn(number: int) -> httpx2.Response:
        reply = draw(number)
        answered.release()
        return reply

    killer = threading.Thread(target=disturb)
    killer.start()
    try:
        with ThreadPoolExecutor(4) as threads:
            return list(threads.map(drawn, range(count)))
    finally:
        over.set()
        answered.release(4)
        killer.join()
