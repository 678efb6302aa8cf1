"""docs/operations/settings.md names every setting with its default and who reads it, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

from services.api.settings import ApiSettings
from services.core.kit.migrations import MigrationSettings
from services.core.kit.settings import ProcessSettings
from services.mcp.settings import McpSettings
from services.renderer.settings import RendererSettings
from services.standalone.gallery.__main__ import GallerySettings
from services.web.server.settings import WebSettings
from services.worker.settings import WorkerSettings

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operations" / "settings.md"


# By the names that the document has for them; each with what stands before the names of its fields.
PROCESSES: dict[str, tuple[type[BaseSettings], str]] = {
    "API": (ApiSettings, "FRACTAFRAG_"),
    "worker": (WorkerSettings, "FRACTAFRAG_"),
    "web": (WebSettings, "FRACTAFRAG_"),
    "MCP": (McpSettings, "FRACTAFRAG_"),
    "renderer": (RendererSettings, "FRACTAFRAG_RENDERER_"),
    "migrations": (MigrationSettings, "FRACTAFRAG_"),
    "gallery": (GallerySettings, "FRACTAFRAG_"),
}


def fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str | None]]:
    """Name and default of each setting; None for a default that depends on the machine."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{prefix}{name.upper()}_")
        else:
            yield prefix + name.upper(), None if field.default_factory else written(field.default)
    if issubclass(model, ProcessSettings):
        for group in model.DOMAIN_SETTINGS:
            yield from fields(group, group.variable(""))


def written(value: Any) -> str:
    """A default as the document has it."""
    if value is None:
        return "none"
    if isinstance(value, SecretStr):
        return f"`{value.get_secret_value()}`"
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}`"
    return f"`{value}`"


IN_CODE = {name: dict(fields(model, prefix)) for name, (model, prefix) in PROCESSES.items()}
DEFAULTS = {name: default for process in IN_CODE.values() for name, default in process.items()}
IN_DOCUMENT: dict[str, tuple[str, str]] = {
    name: (default, readers)
    for name, default, readers in re.findall(
        r"^\| `(FRACTAFRAG_\w+)` \| (.+?) \| (.+?) \| .+ \|$", DOCUMENT.read_text(), re.MULTILINE
    )
}


def test_each_setting_stands_in_the_document() -> None:
    assert IN_DOCUMENT.keys() == DEFAULTS.keys()


def test_each_default_is_what_the_code_has() -> None:
    known = {name: default for name, default in DEFAULTS.items() if default is not None}
    assert {name: IN_DOCUMENT[name][0] for name in known} == known


def test_the_document_says_which_processes_read_it() -> None:
    readers = {name: ", ".join(process for process, known in IN_CODE.items() if name in known) for name in DEFAULTS}
    assert {name: found for name, (_, found) in IN_DOCUMENT.items()} == readers
