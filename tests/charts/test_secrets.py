"""Which Secrets each process may read: exactly those of this table, in every rendering.

A kind is a Secret of the chart (auth, postgresql, redis) or of the user (storage). Init containers count.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.charts import helm, matrix, objects

ALLOWED: dict[str, set[str]] = {
    "api": {"auth", "postgresql", "redis"},
    "worker": {"auth", "postgresql", "redis", "storage"},
    "web": {"storage"},
    "mcp": set(),
    "renderer": set(),
    "migrations": {"postgresql"},
    "operator": {"redis"},
    "test": set(),
    # The bundled stores read their own.
    "postgresql": {"postgresql"},
    "valkey": {"redis"},
}
# Which keys of the Secrets that the chart makes: a store's password is for the store alone.
KEYS = {
    "api": {"auth": {"token-pepper", "signing-keys"}, "postgresql": {"url"}, "redis": {"url"}},
    "worker": {"auth": {"token-pepper", "signing-keys"}, "postgresql": {"url"}, "redis": {"url"}},
    "migrations": {"postgresql": {"url"}},
    "postgresql": {"postgresql": {"username", "password", "database"}},
    "valkey": {"redis": {"password"}},
}


def kinds(case: matrix.Case) -> dict[str, str]:
    """The kind of each Secret by its name, as the values of a case name them."""
    values = case.load()
    if case.chart.name == "fractafrag-operator":
        defaults = helm.load_values(case.chart / "values.yaml")
        return {each["name"]: "redis" for each in values.get("redisSecrets", defaults["redisSecrets"])}
    rendered = case.render()
    made = {doc["metadata"]["name"]: objects.component(doc) for doc in rendered.of("Secret")}
    made |= {f"{doc['metadata']['name']}-app": "postgresql" for doc in rendered.of("Cluster")}
    return made | {
        name: kind for kind in ("auth", "postgresql", "redis", "storage") for name in given(values.get(kind, {}))
    }


def given(block: dict[str, Any]) -> Iterator[str]:
    """Every `existingSecret` in a block of values."""
    for key, value in block.items():
        if isinstance(value, dict):
            yield from given(value)
        elif key == "existingSecret" and value:
            yield value


def read(case: matrix.Case) -> Iterator[tuple[str, str, str | None]]:
    """Component, kind of Secret and key of everything that pods read; KeyError for a Secret of no kind."""
    kind_of = kinds(case)
    for _, pod in objects.pods(case.render().docs):
        for name, key, _ in objects.secret_references(pod):
            yield objects.component(pod), kind_of[name], key


@pytest.mark.parametrize("case", matrix.DISTINCT, ids=matrix.case_id)
def test_a_process_reads_no_secret_that_it_may_not(case: matrix.Case) -> None:
    assert {objects.component(pod) for _, pod in objects.pods(case.render().docs)} <= ALLOWED.keys()
    assert [found for found in read(case) if found[1] not in ALLOWED[found[0]]] == []


@pytest.mark.parametrize("component", ALLOWED)
def test_a_process_reads_each_secret_that_it_may(component: str) -> None:
    found = {kind for case in matrix.DISTINCT for reader, kind, _ in read(case) if reader == component}
    assert found == ALLOWED[component]


@pytest.mark.parametrize("component", KEYS)
def test_of_the_charts_own_secrets_a_process_reads_only_its_keys(component: str) -> None:
    default = next(case for case in matrix.DISTINCT if case.chart.name == "fractafrag" and case.values is None)
    found: dict[str, set[str | None]] = {}
    for reader, kind, key in read(default):
        if reader == component:
            found.setdefault(kind, set()).add(key)
    assert found == KEYS[component]
