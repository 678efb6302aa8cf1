"""Row 18, second half: what is written from the charts' files is up to date; READMEs name every value and example."""

import shutil
from pathlib import Path

import pytest

from tests.charts import matrix
from tests.charts.values import leaves
from tools import charts

every_chart = pytest.mark.parametrize("chart", matrix.applications(), ids=lambda chart: chart.name)


def test_what_is_made_out_of_the_charts_is_up_to_date() -> None:
    assert charts.stale() == []


def test_a_change_of_the_sources_is_seen_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = shutil.copytree(charts.CHARTS, tmp_path / "charts")
    monkeypatch.setattr(charts, "CHARTS", copy)
    monkeypatch.setattr(charts, "LIBRARY", copy / charts.LIBRARY.name)
    (copy / "fractafrag" / "values.schema.yaml").write_text("type: object\n")
    (copy / "fractafrag-lib" / "templates" / "_names.tpl").unlink()
    assert set(charts.stale()) == {
        "fractafrag/values.schema.json",
        "fractafrag/charts/fractafrag-lib/templates/_names.tpl",
        "fractafrag-operator/charts/fractafrag-lib/templates/_names.tpl",
    }
    charts.write()
    assert charts.stale() == []


@every_chart
def test_the_readme_has_the_table(chart: Path) -> None:
    # Without the marks nothing would be written, and nothing compared.
    text = (chart / "README.md").read_text()
    assert charts.BEGIN in text
    assert charts.table(chart / "values.yaml") in text


@every_chart
def test_the_table_covers_every_value(chart: Path) -> None:
    rows = {path for path, _, _ in charts.described(chart / "values.yaml")}
    prefixes = [
        {".".join(leaf.path[:length]) for length in range(1, len(leaf.path) + 1)}
        for leaf in leaves(chart / "values.yaml")
    ]
    assert [sorted(each) for each in prefixes if not each & rows] == []


@every_chart
def test_the_readme_names_every_example(chart: Path) -> None:
    text = (chart / "README.md").read_text()
    assert [path.stem for path in matrix.values_files(chart) if f"`{path.stem}`" not in text] == []


@every_chart
def test_the_readme_names_no_value_that_is_not_there(chart: Path) -> None:
    paths = {
        ".".join(leaf.path[:length])
        for leaf in leaves(chart / "values.yaml")
        for length in range(1, len(leaf.path) + 1)
    }
    tops = {path.partition(".")[0] for path in paths}
    head = (chart / "README.md").read_text().partition(charts.BEGIN)[0]
    named = {word.rstrip(".,:") for word in charts_words(head) if word.partition(".")[0] in tops and "." in word}
    assert [name for name in sorted(named) if "*" not in name and not known(name, paths)] == []


def charts_words(text: str) -> list[str]:
    """What stands in backticks, up to the first sign that is no part of a path."""
    return [piece.split("=")[0].split(":")[0].split(" ")[0] for piece in text.split("`")[1::2]]


def known(name: str, paths: set[str]) -> bool:
    """Whether a dotted name is a value, or lies below one that holds free fields, or below a component's block."""
    parts = name.split(".")
    if any(part.isupper() for part in parts):
        return True
    block = ".".join(["defaults", *parts[1:]])
    return name in paths or block in paths
