"""Which Secrets each process may read: exactly those of this table, in every rendering, and they are enough to start.

A kind is a Secret of the chart (auth, mail, postgresql, redis) or of the user (signin, moderation, payments,
smtp, storage). Init containers count.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from services.api.settings import ApiSettings
from services.core.kit.settings import Environment, ProcessSettings
from services.mcp.settings import McpSettings
from services.web.server.settings import WebSettings
from services.worker.settings import WorkerSettings
from tests.charts import helm, matrix, objects

ALLOWED: dict[str, set[str]] = {
    "api": {"auth", "signin", "moderation", "mail", "payments", "postgresql", "redis", "storage"},
    "worker": {"mail", "smtp", "payments", "postgresql", "redis", "storage"},
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
SETTINGS: dict[str, type[ProcessSettings]] = {
    "api": ApiSettings,
    "worker": WorkerSettings,
    "web": WebSettings,
    "mcp": McpSettings,
}
# Which keys of the Secrets that the chart makes: a store's password is for the store alone.
KEYS = {
    "api": {"auth": {"token-pepper", "signing-keys", "factor-keys"}, "postgresql": {"app-url"}, "redis": {"url"}},
    "worker": {"postgresql": {"app-url"}, "redis": {"url"}},
    "migrations": {"postgresql": {"url", "app-password"}},
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
    named = ("auth", "moderation", "payments", "postgresql", "redis", "storage")
    blocks = {kind: values.get(kind, {}) for kind in named}
    blocks["signin"] = values.get("signIn", {})
    blocks["smtp"] = values.get("mail", {}).get("smtp", {})
    return made | {name: kind for kind, block in blocks.items() for name in given(block)}


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


@pytest.mark.parametrize("component", SETTINGS)
def test_a_process_starts_with_what_its_pod_has(component: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FRACTAFRAG_")]:
        monkeypatch.delenv(name)
    for name, value in environment(component).items():
        monkeypatch.setenv(name, value)
    assert SETTINGS[component]().environment is Environment.PRODUCTION


@pytest.mark.parametrize("component", SETTINGS)
def test_a_pod_has_variables_of_groups_that_its_process_reads(component: str) -> None:
    own = {entry["name"] for entry in container(component)["env"]}
    groups = {name.split("_")[1].lower() for name in own if name.startswith("FRACTAFRAG_")}
    assert groups <= SETTINGS[component].groups().keys()


def container(component: str) -> helm.Doc:
    """The main container of a component, by default values."""
    pods = (pod for _, pod in objects.pods(helm.render("fractafrag").of("Deployment")))
    found: helm.Doc = next(pod for pod in pods if objects.component(pod) == component)["spec"]["containers"][0]
    return found


def environment(component: str) -> dict[str, str]:
    """What a process of a component finds in its environment; a text stands for each secret."""
    maps = {doc["metadata"]["name"]: doc["data"] for doc in helm.render("fractafrag").of("ConfigMap")}
    sources = [maps[entry["configMapRef"]["name"]] for entry in container(component)["envFrom"]]
    given = {"FRACTAFRAG_FACTORS_KEYS": f"a:{'A' * 43}"}  # a key ring has a form
    own = {entry["name"]: entry.get("value", "s" * 48) for entry in container(component)["env"]}
    own |= {name: value for name, value in given.items() if name in own}
    return {name: value for each in [*sources, own] for name, value in each.items()}


def test_with_a_role_of_ones_own_only_migrations_log_in_as_the_owner() -> None:
    case = next(case for case in matrix.DISTINCT if case.values is not None and case.values.name == "external.yaml")
    logins: dict[str, set[str]] = {}
    for _, pod in objects.pods(case.render().docs):
        for name, _, _ in objects.secret_references(pod):
            if name in ("my-database", "my-processes"):
                logins.setdefault(objects.component(pod), set()).add(name)
    assert logins == {"api": {"my-processes"}, "worker": {"my-processes"}, "migrations": {"my-database"}}
