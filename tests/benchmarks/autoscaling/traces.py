"""Arrivals: when which job comes, how long it draws, and what the cluster is like. A seed decides everything."""

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MEAN_SECONDS, MEDIAN_SECONDS, SIGMA, LONGEST_SECONDS = 2.0, 1.6, 0.67, 15.0
MINUTE, HOUR = 60.0, 3600.0
DAY = 6 * HOUR


@dataclass(slots=True)
class Job:
    """A picture to draw. A poisoned one fails whenever it is drawn."""

    arrived: float
    seconds: float
    poisoned: bool = False
    tries: int = 0
    began: float | None = None
    ended: float | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where pods run: room for `room` of them at once, more on new nodes of `per_node` that take `node_seconds`."""

    room: int = 1000
    per_node: int = 2
    node_seconds: float = 240.0


@dataclass(frozen=True, slots=True)
class Trace:
    """A name, a length, the arrivals for a source of chance, and the cluster."""

    name: str
    seconds: float
    arrivals: Callable[[random.Random], list[Job]]
    cluster: Cluster = Cluster()
    max_replicas: int = 20


def rate(chance: random.Random, seconds: float, per_second: Callable[[float], float], most: float) -> Iterator[Job]:
    """Independent arrivals at a rate that changes with time, by thinning."""
    now = 0.0
    while (now := now + chance.expovariate(most)) < seconds:
        if chance.random() * most < per_second(now):
            yield Job(now, drawing(chance))


def drawing(chance: random.Random) -> float:
    """How long a job draws: two seconds in the mean, some much longer, none beyond the renderer's limit."""
    return min(LONGEST_SECONDS, chance.lognormvariate(math.log(MEDIAN_SECONDS), SIGMA))


def steady(chance: random.Random) -> list[Job]:
    """Two and a half jobs a second: five renderers' work."""
    return list(rate(chance, HOUR, lambda _: 2.5, 2.5))


def burst(chance: random.Random) -> list[Job]:
    """Little, and every quarter of an hour 250 jobs within ten seconds."""
    little = list(rate(chance, 90 * MINUTE, lambda _: 0.15, 0.15))
    starts = [(10 + 15 * number + chance.uniform(-2, 2)) * MINUTE for number in range(5)]
    lumps = [Job(start + chance.uniform(0, 10), drawing(chance)) for start in starts for _ in range(250)]
    return sorted(little + lumps, key=lambda job: job.arrived)


def daily(chance: random.Random) -> list[Job]:
    """A day from night to night in a quarter of its time, up to two jobs a second, with a ripple."""

    def per_second(now: float) -> float:
        day = 0.5 - 0.5 * math.cos(2 * math.pi * now / DAY)
        return (0.01 + 1.7 * day**2) * (1 + 0.15 * math.sin(2 * math.pi * now / (15 * MINUTE)))

    return list(rate(chance, DAY, per_second, 2.0))


def flash(chance: random.Random) -> list[Job]:
    """Nothing; then five jobs a second at once, fewer and fewer; then nothing."""
    start = 10 * MINUTE + chance.uniform(0, 60)
    crowd = rate(chance, 25 * MINUTE, lambda now: 5.0 * math.exp(-now / (6 * MINUTE)), 5.0)
    return [Job(start + job.arrived, job.seconds) for job in crowd]


def poisoned(chance: random.Random) -> list[Job]:
    """A job every five seconds, and a dozen that fail for ever."""
    good = list(rate(chance, HOUR, lambda _: 0.2, 0.2))
    bad = [Job(chance.uniform(5, 10) * MINUTE, drawing(chance), poisoned=True) for _ in range(12)]
    return sorted(good + bad, key=lambda job: job.arrived)


def wave(chance: random.Random) -> list[Job]:
    """Little; then three jobs a second for half an hour, twice."""

    def per_second(now: float) -> float:
        return 3.0 if (now / MINUTE) % 60 > 30 else 0.2

    return list(rate(chance, 2 * HOUR, per_second, 3.0))


TRACES = (
    Trace("steady", 75 * MINUTE, steady),
    Trace("burst", 105 * MINUTE, burst),
    Trace("daily wave", DAY, daily),
    Trace("flash crowd", 60 * MINUTE, flash),
    Trace("poisoned queue", 70 * MINUTE, poisoned),
    Trace("slow GPU nodes", 135 * MINUTE, wave, Cluster(room=2)),
)
