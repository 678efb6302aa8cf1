"""The routes of Stripe's API and their parameters, read from the SDK's service files."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import stripe

_REQUEST = re.compile(r'"(get|post|delete)",\s*"(/v[12]/[^"]*)"')
_PARAMS = re.compile(r'\bparams: (?:Optional\[)?\s*"?(\w+)"?')
_IMPORT = re.compile(r"from (stripe\.params[\w.]*) import \(?\s*([\w,\s]+?)\s*(?:\)|\n)")
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Route:
    """A route, `/v1/refunds/{refund}`, and where the type of its parameters is (None: it takes none)."""

    method: str
    path: str
    params: tuple[str, str] | None

    @property
    def name(self) -> str:
        """As handlers are registered."""
        return f"{self.method} {self.path}"

    def shape(self) -> Any:
        """The TypedDict of its parameters."""
        if self.params is None:
            return None
        module, name = self.params
        return getattr(import_module(module), name)


@cache
def all_routes() -> dict[str, Route]:
    """Every route that the SDK calls, by its name."""
    found: dict[str, Route] = {}
    for file in sorted(Path(stripe.__file__).parent.rglob("*_service.py")):
        text = file.read_text()
        modules = {
            name.strip(): module for module, names in _IMPORT.findall(text) for name in names.split(",") if name.strip()
        }
        for method in text.split("\n    def ")[1:]:
            request = _REQUEST.search(method)
            if request is None:
                continue
            kind = _PARAMS.search(method)
            params = (modules[kind[1]], kind[1]) if kind else None
            route = Route(request[1], request[2], params)
            found.setdefault(route.name, route)
    return found


@cache
def _by_length() -> dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]]:
    found: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = {}
    for route in all_routes().values():
        pattern = re.compile(_PLACE.sub(r"(?P<\1>[^/]+)", route.path.replace(".", r"\.")))
        found.setdefault((route.method, route.path.count("/")), []).append((pattern, route))
    for several in found.values():
        several.sort(key=lambda each: each[1].path.count("{"))
    return found


def routed(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    """The route of a request, and what stands in its places; a fixed name goes before a place."""
    for pattern, route in _by_length().get((method, path.count("/")), ()):
        if match := pattern.fullmatch(path):
            return route, match.groupdict()
    return None
