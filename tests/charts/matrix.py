"""Every combination that the tests look at: each chart x its values files (and none) x install, upgrade, bare cluster.

Interface: `CASES` to parametrize with `case_ids`, `Case.render()`, and `documents()` over all of them.
A chart without ci/*.yaml still has its defaults. Nothing here is cached but what tests/charts/helm.py keeps.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.charts import helm


def charts() -> list[Path]:
    """Every folder with a Chart.yaml, vendored copies not."""
    return sorted(path.parent for path in helm.CHARTS.glob("*/Chart.yaml"))


@cache
def metadata(chart: Path) -> dict[str, Any]:
    """Chart.yaml."""
    read: dict[str, Any] = yaml.safe_load((chart / "Chart.yaml").read_text())
    return read


def applications() -> list[Path]:
    """The charts that can be installed."""
    return [chart for chart in charts() if metadata(chart).get("type", "application") == "application"]


def values_files(chart: Path) -> list[Path]:
    """The values files that a chart is tested with."""
    return sorted((chart / "ci").glob("*.yaml"))


@dataclass(frozen=True)
class Case:
    """One rendering."""

    chart: Path
    values: Path | None
    upgrade: bool
    bare: bool

    @property
    def id(self) -> str:
        """How the test is called."""
        values = self.values.stem if self.values else "no-values"
        kind = "bare" if self.bare else "upgrade" if self.upgrade else "install"
        return f"{self.chart.name}-{values}-{kind}"

    def load(self) -> dict[str, Any]:
        """The values of the file, or none."""
        return helm.load_values(self.values) if self.values else {}

    def render(self) -> helm.Rendered:
        """What helm makes of it."""
        cluster = helm.BARE if self.bare else helm.FULL
        return helm.render(self.chart, self.load(), upgrade=self.upgrade, cluster=cluster)


def _cases() -> list[Case]:
    return [
        Case(chart, values, upgrade, bare)
        for chart in applications()
        for values in (None, *values_files(chart))
        for upgrade, bare in ((False, False), (True, False), (False, True))
    ]


CASES = _cases()
INSTALLS = [case for case in CASES if not case.upgrade and not case.bare]
# An upgrade writes what an install writes (test_upgrade.py), so that most tests need not look at both.
DISTINCT = [case for case in CASES if not case.upgrade]


def case_id(case: Case) -> str:
    """For `pytest.mark.parametrize(ids=...)`."""
    return case.id
