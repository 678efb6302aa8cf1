"""`python -m tests.benchmarks.eval_feed`: what the feed's formula finds, beside other rankings and other weights.

Without arguments it replays a log that it makes (generator.py), whose tastes are known; `--logs PATH` (more than once)
replays files (logs.py). `--obp FOLDER` estimates the weights on the Open Bandit logs (logged_policies.py): the folder
`obp/dataset/obd` in the wheel of the package `obp`. `--quick` is a small log for a look.

Prints tables and writes build/bench/eval-feed.json. `recall` is of what users liked on the next day, among 30 shown;
`liking` how probable it is that they like what they are shown (where tastes are known); `coverage` the part of all
works that anybody was shown; `gini` how unevenly authors were shown (0: all alike); `age` the median in days; `fresh`
the part younger than three days. What users liked is known only of what the log showed them, so `recall` also says how
like the log's own way of showing a ranking is; `liking` does not.
"""

import argparse
import json
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.core.feed.ranking import Reader, Weights
from tests.benchmarks.eval_feed.generator import Generator
from tests.benchmarks.eval_feed.logged_policies import estimates, logs_in
from tests.benchmarks.eval_feed.logs import Log, Work, read_log
from tests.benchmarks.eval_feed.replay import DAY, Found, Ranking, by_chance, formula, newest, replay, trending

REPORT = Path("build/bench/eval-feed.json")
VARIANTS = {
    "formula": Weights(),
    "more taste": Weights(score=0.3, recency=0.2, affinity=0.4, random=0.1),
    "mostly taste": Weights(score=0.2, recency=0.1, affinity=0.6, random=0.1),
    "no taste": Weights(score=0.6, recency=0.3, affinity=0.0, random=0.1),
    "more recency": Weights(score=0.3, recency=0.4, affinity=0.2, random=0.1),
    "no chance": Weights(score=0.55, recency=0.225, affinity=0.225, random=0.0),
    "score only": Weights(score=1.0, recency=0.0, affinity=0.0, random=0.0),
}


def _no_style(reader: Reader) -> Reader:
    return replace(reader, style=None)


def _no_tags(reader: Reader) -> Reader:
    return replace(reader, taste={})


def _nothing_seen(reader: Reader) -> Reader:
    return replace(reader, seen=frozenset())


RANKINGS: dict[str, Ranking] = {
    **{name: formula(weights) for name, weights in VARIANTS.items()},
    "formula, by tags": formula(Weights(), _no_style),
    "formula, by style": formula(Weights(), _no_tags),
    "formula, nothing seen": formula(Weights(), _nothing_seen),
    "trending": trending,
    "new": newest,
    "random": by_chance,
}


def gini(counts: Sequence[int]) -> float:
    """How unevenly `counts` are spread: 0 where all are alike, near 1 where one has everything."""
    total, number = sum(counts), len(counts)
    if not total:
        return 0.0
    ordered = sorted(counts)
    return sum((2 * place - number - 1) * count for place, count in enumerate(ordered, 1)) / (number * total)


def line(name: str, found: Found, listed: Sequence[Work]) -> dict[str, Any]:
    """A row of the table."""
    authors = Counter({work.author: 0 for work in listed})
    author_of = {work.id: work.author for work in listed}
    for work, count in found.shown.items():
        authors[author_of[work]] += count
    return {
        "ranking": name,
        "recall": round(statistics.fmean(found.recalls), 4),
        "liking": round(statistics.fmean(found.likings), 4) if found.likings else None,
        "coverage": round(len(found.shown) / len(listed), 4),
        "gini": round(gini(list(authors.values())), 4),
        "age": round(statistics.median(found.ages) / DAY, 2),
        "fresh": round(sum(age < 3 * DAY for age in found.ages) / len(found.ages), 4),
    }


def replayed(name: str, log: Log, *, most_users: int) -> dict[str, Any]:
    """The table of one log."""
    days = int((log.events[-1].at - log.events[0].at) / DAY) + 1
    first = days // 2
    found, listed = replay(log, RANKINGS, first_day=first, every=max((days - first) // 8, 1), most_users=most_users)
    rows = [line(ranking, result, listed) for ranking, result in found.items() if result.recalls]
    count = len(found["formula"].recalls)
    print(f"\n{name}: {len(log.works)} works, {len(log.events)} events, {count} visits of users judged")
    if rows:
        _print(rows)
    return {"log": name, "visits": count, "rows": rows}


def estimated(name: str, path: Path) -> dict[str, Any]:
    """The table of one log of the Open Bandit."""
    rows = [
        {
            "ranking": ranking,
            "clicks": round(one.clicks, 5),
            "error": round(one.error, 5),
            "rows": round(one.rows),
        }
        for ranking, one in estimates(path, VARIANTS).items()
    ]
    print(f"\nOpen Bandit {name}: clicks for an impression, by SNIPS")
    _print(rows)
    return {"log": f"obp {name}", "rows": rows}


def _print(rows: Sequence[dict[str, Any]]) -> None:
    names = list(rows[0])
    print(f"{names[0]:24}" + "".join(f"{name:>10}" for name in names[1:]))
    for row in rows:
        cells = ("" if row[name] is None else row[name] for name in names[1:])
        print(f"{row[names[0]]:24}" + "".join(f"{cell:>10}" for cell in cells))


def main() -> int:
    """Replay, print, write."""
    parser = argparse.ArgumentParser(description="Compare rankings on logged events")
    parser.add_argument("--logs", type=Path, action="append", default=[], help="a log to replay; see logs.py")
    parser.add_argument("--obp", type=Path, help="the folder obp/dataset/obd")
    parser.add_argument("--quick", action="store_true", help="a small log")
    given = parser.parse_args()
    tables = []
    if not given.logs and given.obp is None:
        works, users, days = (600, 60, 30) if given.quick else (2_400, 400, 60)
        log = Generator(works=works, users=users, days=days).log()
        tables.append(replayed("generated", log, most_users=20 if given.quick else 120))
    tables += [replayed(path.name, read_log(path), most_users=120) for path in given.logs]
    if given.obp is not None:
        tables += [estimated(name, path) for name, path in logs_in(given.obp)]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(tables, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
