"""Row 13: a packaged chart has the digest of its bytes, the same one again, and renders as its folder does."""

import hashlib
import tarfile
from pathlib import Path

import pytest

from tests.charts import helm, matrix
from tests.charts.objects import comparable

every_chart = pytest.mark.parametrize("chart", matrix.applications(), ids=lambda chart: chart.name)


@every_chart
def test_the_digest_is_that_of_the_archive(chart: Path, tmp_path: Path) -> None:
    archive = helm.package(chart, tmp_path)
    assert archive.name == f"{chart.name}-{matrix.metadata(chart)['version']}.tgz"
    assert helm.digest(archive).removeprefix("sha256:") == hashlib.sha256(archive.read_bytes()).hexdigest()


@every_chart
def test_the_archive_renders_as_the_folder(chart: Path, tmp_path: Path) -> None:
    archive = helm.package(chart, tmp_path)
    for case in matrix.INSTALLS:
        if case.chart == chart:
            packed = helm.render(archive, case.load()).docs
            assert [comparable(doc) for doc in packed] == [comparable(doc) for doc in case.render().docs]


@every_chart
def test_the_archive_holds_no_tests_and_no_examples_but_all_that_is_read(chart: Path, tmp_path: Path) -> None:
    with tarfile.open(helm.package(chart, tmp_path)) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"Chart.yaml", "values.yaml", "values.schema.json", "README.md"} <= names
    assert [name for name in names if name.startswith(("tests/", "ci/", "values.schema.yaml"))] == []
    assert [name for name in names if name.endswith((".pyc", ".orig", ".swp"))] == []
    read = {path.relative_to(chart).as_posix() for path in (chart / "files").rglob("*") if path.is_file()}
    assert {name for name in read if "__pycache__" not in name} <= names
