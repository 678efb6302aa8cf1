"""What a simulated run cost and gave, medians over seeds, the table and the goals."""

import json
import statistics
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from pathlib import Path

from tests.benchmarks.autoscaling.traces import Trace
from tests.benchmarks.autoscaling.world import World

REPORT = Path("build/bench/operator.json")
FLAP_SECONDS = 600.0
# Those that the goals are about.
RIVALS = ("HPA v2", "KEDA")


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one run, or medians of several.

    `wait` is from a job's arrival to the moment its drawing began, of jobs that are not poisoned; one that never
    began has waited until the end. `drain` is the longest time with more jobs than drawing pods. A flap is a change
    of replicas against the direction of a change in the ten minutes before. `killed` were being drawn when the grace
    period ended; `disturbed` were on a pod that was told to stop: drawn there to the end, or sent on to another pod.
    """

    drain_seconds: float
    p50_wait: float
    p95_wait: float
    replica_minutes: float
    flaps: float
    disturbed: float
    killed: float
    unfinished: float


def measured(world: World) -> Figures:
    """The figures of a world that has run."""
    good = [job for job in world.jobs if not job.poisoned]
    waits = [(world.now if job.began is None else job.began) - job.arrived for job in good]
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    backlog = world.now - world.backlog_since if world.backlog_since is not None else 0.0
    return Figures(
        drain_seconds=max(world.longest_backlog, backlog),
        p50_wait=cuts[49],
        p95_wait=cuts[94],
        replica_minutes=world.replica_seconds() / 60,
        flaps=flaps(world.scalings),
        disturbed=world.disturbed,
        killed=world.killed,
        unfinished=sum(job.ended is None for job in good),
    )


def flaps(scalings: Iterable[tuple[float, int, int]]) -> int:
    """Changes against a recent change."""
    count, before = 0, None
    for at, old, new in scalings:
        direction = new > old
        if before is not None and before[1] != direction and at - before[0] <= FLAP_SECONDS:
            count += 1
        before = (at, direction)
    return count


def medians(runs: list[Figures]) -> Figures:
    """Each figure's median; of the killed the most, as none may be."""
    found = Figures(*(statistics.median(getattr(run, each.name) for run in runs) for each in fields(Figures)))
    return replace(found, killed=max(run.killed for run in runs))


HEAD = ("drain s", "p50 wait s", "p95 wait s", "replica-min", "flaps", "disturbed", "killed")


def print_trace(trace: Trace, results: dict[str, Figures]) -> None:
    """One block of the table."""
    print(f"\n{trace.name:18}" + "".join(f"{name:>13}" for name in HEAD))
    for policy, got in results.items():
        values = (got.drain_seconds, got.p50_wait, got.p95_wait, got.replica_minutes)
        counts = (got.flaps, got.disturbed, got.killed)
        cells = "".join(f"{value:13.1f}" for value in values) + "".join(f"{value:13.0f}" for value in counts)
        left = f"   {got.unfinished:.0f} unfinished" if got.unfinished else ""
        print(f"  {policy:16}{cells}{left}")


def print_better(played: dict[str, list[Figures]]) -> None:
    """In how many seeds ours waits less, and in how many it costs no more, than each of those it is held against."""
    for name in RIVALS:
        pairs = list(zip(played["ours"], played[name], strict=True))
        waits = sum(ours.p95_wait < other.p95_wait for ours, other in pairs)
        costs = sum(ours.replica_minutes <= other.replica_minutes for ours, other in pairs)
        print(f"  of {len(pairs)} seeds a lower p95 wait than {name} in {waits}, no more replica-minutes in {costs}")


def missed(trace: Trace, results: dict[str, Figures]) -> list[str]:
    """Sentences about goals that are not met against HPA and KEDA."""
    ours, found = results["ours"], []
    for name in RIVALS:
        other = results[name]
        if ours.p95_wait >= other.p95_wait:
            found.append(f"{trace.name}: p95 wait {ours.p95_wait:.1f} s is not below {other.p95_wait:.1f} s of {name}")
        if ours.replica_minutes > other.replica_minutes:
            found.append(
                f"{trace.name}: {ours.replica_minutes:.0f} replica-minutes are more than "
                f"{other.replica_minutes:.0f} of {name}"
            )
    if ours.killed:
        found.append(f"{trace.name}: {ours.killed:.0f} renders killed")
    return found


UNITS = {"drain_seconds": "s", "p50_wait": "s", "p95_wait": "s", "replica_minutes": "min"}
GOALS = {"p95_wait": "< baseline", "replica_minutes": "<= baseline", "killed": "0"}


def rows(trace: Trace, results: dict[str, Figures]) -> list[dict[str, object]]:
    """For the file: ours against the better of HPA v2 and KEDA, and each other policy by itself."""
    found: list[dict[str, object]] = []
    for policy, got in results.items():
        for each in fields(Figures):
            value = float(getattr(got, each.name))
            row: dict[str, object] = {
                "name": f"{trace.name}, {policy}: {each.name}",
                "value": round(value, 2),
                "unit": UNITS.get(each.name, "count"),
                "baseline": None,
                "ratio": None,
                "goal": None,
            }
            if policy == "ours":
                baseline = min(float(getattr(results[name], each.name)) for name in RIVALS)
                row["baseline"] = round(baseline, 2)
                row["ratio"] = round(baseline / value, 2) if value else None
                row["goal"] = GOALS.get(each.name)
            found.append(row)
    return found


def write(everything: list[dict[str, object]]) -> None:
    """The file."""
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(everything, indent=1) + "\n")
