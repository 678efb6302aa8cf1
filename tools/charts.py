"""What is made out of the charts' own files: vendored copies of the library, and each chart's README.

    python -m tools.charts sync      copy charts/fractafrag-lib into the charts that depend on it
    python -m tools.charts readme    write the table of values into README.md, from the `# --` comments of values.yaml
    python -m tools.charts check     say what is not as these two would make it; exit status 1 when something is not

A test calls `stale()`. A values.yaml that cannot be read raises yaml.YAMLError; nothing is written then.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

CHARTS = Path(__file__).resolve().parents[1] / "charts"
LIBRARY = CHARTS / "fractafrag-lib"
BEGIN, END = "<!-- values: made by `python -m tools.charts readme` -->", "<!-- /values -->"
MARK = "# -- "


def users() -> list[Path]:
    """The charts that depend on the library."""
    declared = {path: yaml.safe_load((path / "Chart.yaml").read_text()) for path in CHARTS.iterdir() if path.is_dir()}
    return sorted(
        path
        for path, chart in declared.items()
        if any(wanted["name"] == LIBRARY.name for wanted in chart.get("dependencies") or [])
    )


def described(values: Path) -> Iterator[tuple[str, Any, str]]:
    """Path, default and description of every value that has a description of its own."""
    text = values.read_text()
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if isinstance(root, yaml.MappingNode):
        yield from _below(root, yaml.safe_load(text), text.splitlines(), "")


def _below(
    node: yaml.MappingNode, value: dict[str, Any], lines: list[str], above: str
) -> Iterator[tuple[str, Any, str]]:
    for key, child in node.value:
        path = f"{above}{key.value}"
        sentence = _comment(lines, key.start_mark.line)
        if sentence:
            yield path, value[key.value], sentence
        elif isinstance(child, yaml.MappingNode):
            yield from _below(child, value[key.value], lines, f"{path}.")


def _comment(lines: list[str], row: int) -> str:
    """The description that ends in the line above `row`, or nothing."""
    said: list[str] = []
    while row > 0 and (line := lines[row - 1].strip()).startswith("#"):
        row -= 1
        if line.startswith(MARK):
            return " ".join([line.removeprefix(MARK), *said])
        said.insert(0, line.lstrip("# "))
    return ""


def table(values: Path) -> str:
    """The Markdown table of a values.yaml."""
    rows = [
        f"| `{path}` | `{_cell(json.dumps(default, ensure_ascii=False))}` | {_cell(sentence)} |"
        for path, default, sentence in described(values)
    ]
    return "\n".join(["| value | default | meaning |", "|---|---|---|", *rows])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def readme(chart: Path) -> str:
    """The chart's README.md with its table anew; nothing where it is missing or lacks the two marks."""
    path = chart / "README.md"
    head, mark, rest = (path.read_text() if path.exists() else "").partition(BEGIN)
    _, end, tail = rest.partition(END)
    return f"{head}{BEGIN}\n\n{table(chart / 'values.yaml')}\n\n{END}{tail}" if mark and end else ""


def _is_current(chart: Path) -> bool:
    wanted = readme(chart)
    return wanted != "" and wanted == (chart / "README.md").read_text()


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def stale() -> list[str]:
    """One sentence for each thing that is not up to date."""
    copies = [chart / "charts" / LIBRARY.name for chart in users()]
    found = [f"{copy.relative_to(CHARTS)} differs from {LIBRARY.name}" for copy in copies if not _same(copy)]
    return found + [
        f"{chart.name}/README.md is not what values.yaml says" for chart in users() if not _is_current(chart)
    ]


def _same(copy: Path) -> bool:
    return copy.is_dir() and _contents(copy) == _contents(LIBRARY)


def main(arguments: list[str] | None = None) -> int:
    """Run one of the three commands."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.charts", description="What is made out of the charts' files."
    )
    parser.add_argument("command", choices=("sync", "readme", "check"))
    command = parser.parse_args(arguments).command
    if command == "check":
        found = stale()
        sys.stdout.writelines(f"{sentence}\n" for sentence in found)
        return 1 if found else 0
    for chart in users():
        if command == "readme":
            if text := readme(chart):
                (chart / "README.md").write_text(text)
        elif not _same(copy := chart / "charts" / LIBRARY.name):
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(LIBRARY, copy)
    return 0


if __name__ == "__main__":
    sys.exit(main())
