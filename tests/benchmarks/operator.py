"""`python -m tests.benchmarks.operator`: the autoscaler against HPA v2 and KEDA on equal arrivals, simulated.

Prints a table of medians over seeds and writes build/bench/operator.json: rows of name, value, unit, baseline (the
better of HPA v2 and KEDA), ratio, goal. Below each trace stands in how many seeds ours is better, as a median hides
how often. Ends with 1 when a goal is missed: on every trace a lower p95 wait than both at no more replica-minutes, and
no render killed in any seed. The defaults were chosen on seeds 1 to 15; `--seeds 101 115` are others. A part of the
traces, or other seeds, write no file. A seed takes about 12 s of one core. `tests/benchmarks/autoscaling` says what is
simulated.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.benchmarks.autoscaling.policies import POLICIES
from tests.benchmarks.autoscaling.report import (
    Figures,
    measured,
    medians,
    missed,
    print_better,
    print_trace,
    rows,
    write,
)
from tests.benchmarks.autoscaling.traces import TRACES
from tests.benchmarks.autoscaling.world import World

FIRST, LAST = 1, 15


def play(trace: int, policy: str, seed: int) -> Figures:
    """One run."""
    world = World(TRACES[trace], seed)
    POLICIES[policy](world)
    world.run()
    return measured(world)


def main() -> int:
    """Run, print, write; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="Compare autoscalers on simulated arrivals.")
    parser.add_argument("--trace", help="only traces whose name contains this")
    parser.add_argument("--seeds", nargs=2, type=int, default=[FIRST, LAST], metavar=("FIRST", "LAST"))
    parser.add_argument("--processes", type=int, help="at the same time; without it one for each core")
    asked = parser.parse_args()
    seeds = range(asked.seeds[0], asked.seeds[1] + 1)
    chosen = [number for number, trace in enumerate(TRACES) if not asked.trace or asked.trace in trace.name]
    runs = [(number, policy, seed) for number in chosen for policy in POLICIES for seed in seeds]
    with ProcessPoolExecutor(asked.processes) as pool:
        figures = dict(zip(runs, pool.map(play, *zip(*runs, strict=True)), strict=True))
    everything, misses = [], []
    for number in chosen:
        played = {policy: [figures[number, policy, seed] for seed in seeds] for policy in POLICIES}
        results = {policy: medians(runs) for policy, runs in played.items()}
        print_trace(TRACES[number], results)
        print_better(played)
        everything += rows(TRACES[number], results)
        misses += missed(TRACES[number], results)
    print("\nGoals missed:" if misses else "\nEvery goal is met.", *misses, sep="\n  ")
    if not asked.trace and asked.seeds == [FIRST, LAST]:
        write(everything)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
