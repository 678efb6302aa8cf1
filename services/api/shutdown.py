"""A chance to act when the process is told to stop, before the server waits for open requests.

uvicorn ends the lifespan only after the last request, so a stream that ends with the lifespan would hold the stop up.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def on_stop_signal(act: Callable[[], None]) -> Iterator[None]:
    """Call `act` on this event loop at SIGTERM or SIGINT, and then what was set for the signal before.

    Outside the main thread nothing is set: there is no signal to come.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def stop(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(act)
        previous = before[signal.Signals(number)]
        if callable(previous):
            previous(number, frame)

    # Without a handler of the server's the process would die of the signal; then it is left alone.
    ours = [number for number, previous in before.items() if callable(previous)]
    for number in ours:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in ours:
            if signal.getsignal(number) is stop:
                signal.signal(number, before[number])
