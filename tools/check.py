"""`python -m tools.check`: what no linter of ours looks at. Every finding is a line; with one, the exit status is 1.

Lengths of files and functions, and hosts of package registries in lock files.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINES = {".py": 400, ".ts": 250, ".tsx": 250}
FUNCTION_LINES = 40


def main() -> int:
    """Look at every tracked file."""
    findings = [*lengths(), *hosts()]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def lengths() -> Iterator[str]:
    """Files and Python functions that have grown past their bound."""
    for path in tracked(*(f"*{suffix}" for suffix in LINES)):
        if path.is_relative_to(ROOT / "migrations" / "versions") or path.name == "schema.d.ts":
            continue  # a list of statements, and what a generator writes: nothing to be split
        text = path.read_text()
        count, bound = text.count("\n"), LINES[path.suffix]
        if count > bound:
            yield f"{path.relative_to(ROOT)}: {count} lines, {bound} are the bound"
        if path.suffix == ".py":
            yield from long_functions(path, ast.parse(text))


def long_functions(path: Path, tree: ast.Module) -> Iterator[str]:
    """Functions of one file that are too long."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno is not None:
            count = node.end_lineno - node.lineno + 1
            if count > FUNCTION_LINES:
                place = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield f"{place}: {node.name} has {count} lines, {FUNCTION_LINES} are the bound"


def hosts() -> Iterator[str]:
    """Addresses in lock files: they would tie everybody to the registry of whoever wrote the file."""
    for path in tracked("requirements.lock", "*package-lock.json"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if '"resolved"' in line or "--index" in line or (path.suffix == ".lock" and "://" in line):
                yield f"{path.relative_to(ROOT)}:{number}: names a host: {line.strip()[:80]}"


def tracked(*patterns: str) -> list[Path]:
    """Files under version control that fit one of `patterns`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


if __name__ == "__main__":
    sys.exit(main())
