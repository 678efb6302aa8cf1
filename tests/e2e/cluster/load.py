"""A steady stream of requests through the Ingress, whatever the answers are; counts them and keeps each failure.

    with Load(site, account, paths) as load:
        ...                                   # upgrade
    assert not load.failures

Reads come `reads` times a second, publishes every `publish_every` seconds. A failure is a connection that did not
come about or broke off, an answer that takes over 30 seconds, or any other status than 200 and 201.
"""

import itertools
import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

import httpx2

from tests.e2e.cluster.visitors import API, Account, Site, still


class Load:
    """Started and ended by `with`."""

    def __init__(
        self, site: Site, account: Account, paths: Sequence[str], *, reads: float = 20, publish_every: float = 2
    ) -> None:
        self.answers: Counter[str] = Counter()
        self.failures: list[str] = []
        self.published: list[str] = []
        self.seconds: list[float] = []
        self._site, self._account, self._paths = site, account, paths
        self._pause, self._publish_every = 1 / reads, publish_every
        self._stop = threading.Event()
        self._begun = time.monotonic()
        self._pool = ThreadPoolExecutor(48)
        self._thread = threading.Thread(target=self._go, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._pool.shutdown(wait=True)

    def summary(self) -> str:
        """The figures in one line."""
        ordered = sorted(self.seconds)
        p50, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
        return (
            f"{sum(self.answers.values())} requests in {time.monotonic() - self._begun:.0f} s {dict(self.answers)},"
            f" {len(self.failures)} failed, {len(self.published)} published,"
            f" p50 {1000 * p50:.0f} ms, p99 {1000 * p99:.0f} ms, slowest {1000 * ordered[-1]:.0f} ms"
        )

    def _go(self) -> None:
        paths, numbers = itertools.cycle(self._paths), itertools.count(10_000)
        tick = publish = time.monotonic()
        while not self._stop.is_set():
            self._pool.submit(self._read, next(paths))
            if time.monotonic() >= publish:
                self._pool.submit(self._publish, next(numbers))
                publish += self._publish_every
            tick += self._pause
            self._stop.wait(max(0.0, tick - time.monotonic()))

    def _read(self, path: str) -> None:
        self._ask("GET", path, 200)

    def _publish(self, number: int) -> None:
        body = {"title": f"Under load {number}", "source": still(number), "licence": "CC0-1.0"}
        answer = self._ask("POST", f"{API}/shaders", 201, json=body, headers=self._account.headers)
        if answer is not None:
            self.published.append(str(answer.json()["id"]))

    def _ask(self, method: str, path: str, expect: int, **options: object) -> httpx2.Response | None:
        begun = time.monotonic()
        try:
            answer = self._site.client.request(method, path, **options)  # type: ignore[arg-type] # passed on as given
        except httpx2.HTTPError as error:
            self.answers[type(error).__name__] += 1
            self.failures.append(f"{begun - self._begun:.1f} s {method} {path}: {error!r}")
            return None
        self.seconds.append(time.monotonic() - begun)
        self.answers[str(answer.status_code)] += 1
        if answer.status_code != expect:
            said = f"{answer.status_code} {answer.text[:200]}"
            self.failures.append(f"{begun - self._begun:.1f} s {method} {path}: {said}")
            return None
        return answer
