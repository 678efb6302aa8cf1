"""No route costs a thread: FastAPI runs plain functions in a pool, which takes longer than most of them do."""

import inspect

from services.api.app import create_app
from services.api.routing import dependencies_of, routes_of
from services.api.settings import ApiSettings


def test_routes_and_their_dependencies_are_coroutines() -> None:
    routes = list(routes_of(create_app(ApiSettings())))
    called = {route.endpoint for route in routes}.union(*(dependencies_of(route) for route in routes))
    plain = [each for each in called if not inspect.iscoroutinefunction(each) and not inspect.isasyncgenfunction(each)]
    assert plain == []
