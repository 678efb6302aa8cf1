"""`python -m tests.benchmarks.operator`: the autoscaler against HPA v2 and KEDA on equal arrivals, simulated.

Prints a table of medians over fixed seeds and writes build/bench/operator.json: rows of name, value, unit, baseline
(the better of HPA v2 and KEDA), ratio, goal. Ends with 1 when a goal is missed: on every trace a lower p95 wait than
both at no more replica-minutes, and no render killed. `tests/benchmarks/autoscaling` says what is simulated.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor

from tests.benchmarks.autoscaling.policies import POLICIES
from tests.benchmarks.autoscaling.report import Figures, measured, medians, missed, print_trace, rows, write
from tests.benchmarks.autoscaling.traces import TRACES
from tests.benchmarks.autoscaling.world import World

SEEDS = (1, 2, 3, 4, 5)


def play(trace: int, policy: str, seed: int) -> Figures:
    """One run."""
    world = World(TRACES[trace], seed)
    POLICIES[policy](world)
    world.run()
    return measured(world)


def main() -> int:
    """Run, print, write; 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description="Compare autoscalers on simulated arrivals.")
    parser.add_argument("--trace", help="only traces whose name contains this; writes no file")
    wanted = parser.parse_args().trace
    chosen = [number for number, trace in enumerate(TRACES) if not wanted or wanted in trace.name]
    runs = [(number, policy, seed) for number in chosen for policy in POLICIES for seed in SEEDS]
    with ProcessPoolExecutor() as pool:
        figures = dict(zip(runs, pool.map(play, *zip(*runs, strict=True)), strict=True))
    everything, misses = [], []
    for number in chosen:
        results = {policy: medians([figures[number, policy, seed] for seed in SEEDS]) for policy in POLICIES}
        print_trace(TRACES[number], results)
        everything += rows(TRACES[number], results)
        misses += missed(TRACES[number], results)
    print("\nGoals missed:" if misses else "\nEvery goal is met.", *misses, sep="\n  ")
    if not wanted:
        write(everything)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
