"""Row 1: `helm lint --strict` of every chart with each of its values files, for the oldest and newest Kubernetes."""

from pathlib import Path

import pytest

from tests.charts import helm, matrix

PAIRS = [(chart, values) for chart in matrix.charts() for values in (None, *matrix.values_files(chart))]
NAMES = [f"{chart.name}-{values.stem if values else 'no-values'}" for chart, values in PAIRS]


@pytest.mark.parametrize(("chart", "values"), PAIRS, ids=NAMES)
def test_helm_finds_nothing_to_say(chart: Path, values: Path | None) -> None:
    # The version only decides which APIs are said to be gone, and no values file adds one that is.
    versions = [helm.NEWEST] if values else [helm.OLDEST, helm.NEWEST]
    given = helm.load_values(values) if values else {}
    assert [finding for version in versions for finding in helm.lint(chart, given, version)] == []


@pytest.mark.parametrize("chart", matrix.charts(), ids=lambda chart: chart.name)
def test_its_dependencies_lie_in_the_repository(chart: Path) -> None:
    states = {each["name"]: each["status"] for each in helm.dependencies(chart)}
    assert {name: state for name, state in states.items() if state not in {"ok", "unpacked"}} == {}
