"""Files of the charts that are made from other files: copies of the library, value schemas, tables in the READMEs.

    python -m tools.charts write     copy charts/fractafrag-lib into the charts that depend on it, write each
                                     values.schema.json from values.schema.yaml, and the table of values into each
                                     README.md from the `# --` comments of values.yaml
    python -m tools.charts check     name every file that `write` would change; exit status 1 when there is one

A test calls `stale()`. A file that is no YAML raises yaml.YAMLError, a README.md without the two marks ValueError;
nothing is written then.
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
BEGIN, END = "<!-- values: written by `make charts` -->", "<!-- /values -->"
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
    """The chart's README.md with its table anew; ValueError where it lacks the two marks."""
    path = chart / "README.md"
    head, mark, rest = path.read_text().partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (mark and end):
        raise ValueError(f"{path.relative_to(CHARTS)} needs the lines {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{table(chart / 'values.yaml')}\n\n{END}{tail}"


def schema(chart: Path) -> str:
    """The chart's values.schema.json."""
    described = yaml.safe_load((chart / "values.schema.yaml").read_text())
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def written(chart: Path) -> dict[Path, str]:
    """The files of a chart that are made from others, with the text that they should have."""
    library = {path: path.relative_to(LIBRARY) for path in sorted(LIBRARY.rglob("*")) if path.is_file()}
    copies = {chart / "charts" / LIBRARY.name / name: path.read_text() for path, name in library.items()}
    return {**copies, chart / "values.schema.json": schema(chart), chart / "README.md": readme(chart)}


def stale() -> list[str]:
    """The files, from charts/, that are not as they should be."""
    found = []
    for chart in users():
        wanted = written(chart)
        vendored = (path for path in (chart / "charts" / LIBRARY.name).rglob("*") if path.is_file())
        found += [path for path in vendored if path not in wanted]
        found += [path for path, text in wanted.items() if not path.is_file() or path.read_text() != text]
    return [path.relative_to(CHARTS).as_posix() for path in found]


def write() -> None:
    """Bring every such file up to date."""
    for chart, wanted in [(chart, written(chart)) for chart in users()]:
        shutil.rmtree(chart / "charts" / LIBRARY.name, ignore_errors=True)
        for path, text in wanted.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)


def main(arguments: list[str] | None = None) -> int:
    """Run one of the two commands."""
    parser = argparse.ArgumentParser(prog="python -m tools.charts", description="Files made from the charts' files.")
    parser.add_argument("command", choices=("write", "check"))
    if parser.parse_args(arguments).command == "write":
        write()
        return 0
    found = stale()
    sys.stdout.writelines(f"{name} is out of date\n" for name in found)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
