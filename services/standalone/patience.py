"""How long a start is waited for: as long as there is progress, whatever the clock says.

A busy machine makes a start slow, not wrong. `Patience` is used up only by time in which nothing happens: no thread of
the awaited processes runs, wants a processor or waits for a disk, and what is seen of them stays the same. It says from
time to time what is awaited, and raises `StartError` when it is used up. A process that works without end is waited
for without end: only a person can tell it from a slow one.
"""

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

QUIET_SECONDS = 60.0
_SAY_SECONDS = 15.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.02, 1.0
# So many times its own length is a look at work worth. What works in a tenth of all looks is never given up; what only
# wakes up now and then to see whether it may go on is.
_WORTH = 10.0


class StartError(RuntimeError):
    """Something did not come up."""


class Patience:
    """Patience with one start, named by `awaited`; `check` is called at each turn and may raise to end the waiting."""

    def __init__(
        self,
        awaited: str,
        *,
        say: Callable[[str], None] = lambda _: None,
        check: Callable[[], None] = lambda: None,
        quiet: float | None = None,
    ) -> None:
        self.awaited = awaited
        self.quiet = QUIET_SECONDS if quiet is None else quiet
        self._say = say
        self._check = check
        self._left = self.quiet
        self._seen: object = None
        self._pause = _FIRST_PAUSE
        self._began = self._said = time.monotonic()

    def wait(self, seen: object, pids: Iterable[int]) -> None:
        """A pause that grows to a second, and what `spend` says of it."""
        self._check()
        time.sleep(self._pause)
        self.spend(self._pause, seen, working=at_work(pids))
        self._pause = min(_LONGEST_PAUSE, self._pause * 1.2)

    def spend(self, seconds: float, seen: object, *, working: bool) -> None:
        """`seconds` have passed. `seen` is anything that changes when the start gets on; `working` speaks for itself.

        Raises `StartError` when nothing has happened for too long.
        """
        self._check()
        if seen != self._seen:
            self._seen, self._left = seen, self.quiet
        elif working:
            self._left = min(self.quiet, self._left + seconds * _WORTH)
        else:
            self._left -= seconds
        if self._left <= 0:
            raise StartError(f"Given up waiting for {self.awaited}: nothing has happened for {self.quiet:g} s.")
        now = time.monotonic()
        if now - self._said >= _SAY_SECONDS:
            self._said = now
            self._say(f"Still waiting for {self.awaited} ({now - self._began:.0f} s)")


def at_work(pids: Iterable[int]) -> bool:
    """Whether a thread of these processes, or of what they started, runs, wants a processor or waits for a disk."""
    return any(state in "RD" for pid in pids for state in _states(pid))


def _states(pid: int) -> Iterator[str]:
    """The kernel's letters for all threads of a process and of its children; none for one that is gone."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                yield (thread / "stat").read_text().rpartition(")")[2].split()[0]
                for child in (thread / "children").read_text().split():
                    yield from _states(int(child))
