"""A code of a refusal means one thing: one status, and one rule or what derives from it."""

import importlib
import pkgutil
from collections import defaultdict

import services.api
import services.core
from services.core.kit.errors import FractafragError


def _all_errors() -> set[type[FractafragError]]:
    for package in (services.core, services.api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found: set[type[FractafragError]] = set()
    waiting: list[type[FractafragError]] = [FractafragError]
    while waiting:
        error = waiting.pop()
        found.add(error)
        waiting += error.__subclasses__()
    # The renderer's own, which other tests may have imported, are its answers to the core's client.
    return {error for error in found if error.__module__.startswith(("services.core.", "services.api."))}


def test_each_code_has_one_status_and_one_rule() -> None:
    classes = defaultdict(set)
    for error in _all_errors():
        classes[error.code].add(error)
    assert len(classes) > 40
    assert {code: found for code, found in classes.items() if len({error.status for error in found}) > 1} == {}
    # Those that share a code derive from the one that has it.
    apart = {
        code: found
        for code, found in classes.items()
        if not any(all(issubclass(other, error) for other in found) for error in found)
    }
    assert apart == {}


def test_no_refusal_is_a_fault_of_the_server() -> None:
    """What is down is 503; nothing that a caller sends is answered with another 5xx, whatever a standard says."""
    refusals = _all_errors() - {FractafragError}
    assert {(error.code, error.status) for error in refusals if error.status >= 500 and error.status != 503} == set()
