"""What a process imports, from the sources, and what its image installs, from the packages' own metadata."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions

import grimp
from packaging.requirements import Requirement

from tools.dockerfile import ROOT, Stage, copied_sources
from tools.image_packages import requirements

OWN = ("services", "operators")


@cache
def _graph() -> grimp.ImportGraph:
    return grimp.build_graph(*OWN, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None)


def imported(entries: Iterable[str]) -> set[str]:
    """Every module that `entries` import, directly or not, with the packages around them and themselves."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        module = waiting.pop()
        if module in found:
            continue
        found.add(module)
        if module.split(".")[0] not in OWN:
            continue
        waiting += _graph().find_modules_directly_imported_by(module)
        waiting += [module.rpartition(".")[0]] if "." in module else []
    return found


def foreign(modules: Iterable[str]) -> set[str]:
    """The packages among `modules` that are neither ours nor the standard library's."""
    tops = {module.split(".")[0] for module in modules}
    return tops - set(OWN) - sys.stdlib_module_names


def file_of(module: str) -> str:
    """Where a module of ours lies."""
    path = module.replace(".", "/")
    return f"{path}/__init__.py" if (ROOT / path).is_dir() else f"{path}.py"


def is_copied(path: str, stages: list[Stage]) -> bool:
    """Whether the image holds a file of the repository."""
    return any(path == source or path.startswith(f"{source}/") for source in copied_sources(stages))


def removed(stages: list[Stage]) -> tuple[str, ...]:
    """The folders that were copied and do not come into the image."""
    texts = (run.text for stage in stages for run in stage.all("RUN"))
    return tuple(f"{path}/" for text in texts if text.startswith("rm -r ") for path in text.split()[2:])


def wanted(stages: list[Stage]) -> list[str]:
    """What the Dockerfile gives tools.image_packages for /opt/venv."""
    for stage in stages:
        for run in stage.all("RUN"):
            if found := re.fullmatch(r"python3 -m tools\.image_packages /opt/venv (.*)", run.text):
                return found[1].split()
    raise ValueError("no environment is made")


def installed(names: Iterable[str]) -> set[str]:
    """The distributions that `names` bring along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    found: set[tuple[str, str]] = set()
    waiting = [Requirement(line) for line in requirements(project, names)]
    while waiting:
        requirement = waiting.pop()
        for extra in ("", *requirement.extras):
            if (key := (_normal(requirement.name), extra)) not in found:
                found.add(key)
                waiting += _needs(*key)
    return {name for name, _ in found}


def distributions_of(package: str) -> set[str]:
    """Which distributions bring an importable package."""
    return {_normal(name) for name in _distributions().get(package, [])}


@cache
def _distributions() -> Mapping[str, list[str]]:
    return packages_distributions()


def _needs(name: str, extra: str) -> Iterator[Requirement]:
    try:
        lines = distribution(name).requires or []
    except PackageNotFoundError:
        return  # for another platform
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
