"""All routes of the application with the dependencies they have, for checks and for the OpenAPI document."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts


def routes_of(app: FastAPI) -> Iterator[RouteContext]:
    """Every API route, those of included routers with their whole path."""
    for context in iter_route_contexts(app.routes):
        if isinstance(context.original_route, APIRoute):
            yield context


def methods_at(app: FastAPI, path: str) -> list[str]:
    """All that may be done at this path; a 405 of Starlette's names the methods of one route only."""
    there = [route for route in routes_of(app) if route.path_regex.match(path)]
    methods = {method for route in there for method in route.methods or ()}
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))


def dependencies_of(route: RouteContext | APIRoute) -> set[Any]:
    """The functions that the route depends on, directly or not."""
    return set(_calls(route.dependant))


def _calls(dependant: Dependant) -> Iterator[Any]:
    for part in dependant.dependencies:
        yield part.call
        yield from _calls(part)
