"""A limit is final only for what had its share of the processors."""

import asyncio
import time
from dataclasses import dataclass

import pytest

from services.renderer import limits
from services.renderer.limits import Limit, Watch, Watcher


@dataclass
class Browser:
    """A browser whose GPU process got so much of a processor since it began."""

    rate: float
    memory: int = 0
    began: float = 0.0
    killed: bool = False

    def __post_init__(self) -> None:
        self.began = time.monotonic()

    def gpu_memory(self) -> int:
        return self.memory

    def gpu_seconds(self) -> float:
        return 100 + self.rate * (time.monotonic() - self.began)

    def kill_gpu(self) -> None:
        self.killed = True


def ended(rate: float, limit: Limit) -> tuple[str | None, float]:
    """Why and after how many seconds an endless step was ended."""
    browser = Browser(rate)
    with Watcher(0.01, 2**30).watch(browser, limit) as watch:
        while watch.tripped is None and watch.elapsed < 2:
            watch.look(2**30)
            time.sleep(0.01)
        return watch.tripped, watch.elapsed


@pytest.mark.parametrize(
    ("rate", "cores", "reason", "least", "most"),
    [
        (2.0, 2, "timeout", 0.2, 0.3),
        (1.0, 2, "timeout", 0.35, 0.5),
        (0.1, 2, "slow", 0.8, 0.95),
        (16.0, 2, "timeout", 0.2, 0.3),
        (0.0, 0, "timeout", 0.2, 0.3),
    ],
    ids=["quiet", "half of its share", "starved", "more than its share", "on a GPU"],
)
def test_endless_steps(rate: float, cores: int, reason: str, least: float, most: float) -> None:
    tripped, seconds = ended(rate, Limit("still", 0.2, 0.8, cores))
    assert tripped == reason
    assert least <= seconds < most + 0.2


def test_the_page_gets_what_it_lacks_and_no_more_than_there_is() -> None:
    watch = Watch(Browser(1.0), Limit("still", 0.2, 0.5, 2), set())
    with watch:
        time.sleep(0.21)
        assert 0.05 < watch.more() < 0.12
        time.sleep(0.25)
        assert watch.more() == 0.0
    assert not watch.starved
    with Watch(Browser(0.0), Limit("still", 0.2, 0.3, 2), set()) as starved:
        time.sleep(0.21)
        assert 0.0 < starved.more() < 0.1
    assert starved.starved


def test_each_part_of_a_step_has_its_own_limit() -> None:
    browser = Browser(1.0)
    with Watch(browser, Limit("compile", 0.2, 0.2, 1), set()) as watch:
        time.sleep(0.15)
        watch.go_on(Limit("still", 0.2, 0.2, 1))
        time.sleep(0.15)
        watch.look(2**30)
        early = watch.tripped
        time.sleep(0.06)
        watch.look(2**30)
    assert (early, watch.tripped, watch.limit.stage) == (None, "timeout", "still")
    assert watch.used_by_parts >= 0.14
    assert watch.used >= 0.2


def test_a_step_that_was_killed_does_not_come_to_its_next_part() -> None:
    with Watch(Browser(1.0), Limit("compile", 0.05, 0.05, 1), set()) as watch:
        time.sleep(0.1)
        watch.look(2**30)
        watch.go_on(Limit("still", 90, 90, 1))
    assert (watch.tripped, watch.limit.stage) == ("timeout", "compile")


async def test_a_step_that_begins_while_all_is_quiet_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_REAP_EVERY_SECONDS", 60.0)
    watcher = Watcher(0.01, 2**30)
    watching = asyncio.create_task(watcher.run())
    await asyncio.sleep(0.05)
    asleep = watcher.beat
    await asyncio.sleep(0.1)
    assert watcher.beat == asleep
    browser = Browser(0.0, memory=2**31)
    with watcher.watch(browser, Limit("still", 90, 90, 1)):
        for _ in range(100):
            await asyncio.sleep(0 if browser.killed else 0.1)
    assert browser.killed
    watching.cancel()


def test_memory_counts_whatever_the_time() -> None:
    browser = Browser(1.0, memory=2**30)
    with Watch(browser, Limit("still", 1, 2, 1), set()) as watch:
        watch.look(2**29)
    assert (watch.tripped, browser.killed) == ("memory", True)


@pytest.mark.parametrize(("rate", "cores", "part"), [(1.0, 2, 0.5), (4.0, 2, 1.0), (0.0, 0, 1.0)])
def test_a_step_costs_what_it_got_of_the_processors_and_at_most_the_time(rate: float, cores: int, part: float) -> None:
    with Watch(Browser(rate), Limit("still", 1, 2, cores), set()) as watch:
        entered = time.monotonic()
        time.sleep(0.05)
        least = part * (time.monotonic() - entered)
        cost = watch.cost()
        assert least <= cost <= part * watch.elapsed
