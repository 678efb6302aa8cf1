"""docs/operations/settings.md names every setting with its default, and nothing else."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from services.api.settings import ApiSettings
from services.core.kit.settings import ProcessSettings
from services.mcp.settings import McpSettings
from services.renderer.settings import RendererSettings
from services.web.server.settings import WebSettings
from services.worker.settings import WorkerSettings

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "operations" / "settings.md"


PROCESSES: dict[str, type[ProcessSettings]] = {
    "API": ApiSettings,
    "worker": WorkerSettings,
    "web": WebSettings,
    "MCP": McpSettings,
}


def fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str | None]]:
    """Name and default of each setting; None for a default that depends on the machine."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from fields(field.annotation, f"{prefix}{name.upper()}_")
        else:
            yield prefix + name.upper(), None if field.default_factory else written(field.default)


def of_process(process: type[ProcessSettings]) -> Iterator[tuple[str, str | None]]:
    yield from fields(process, "FRACTAFRAG_")
    for group in process.DOMAIN_SETTINGS:
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


def in_code() -> dict[str, str | None]:
    return {
        **{name: default for process in PROCESSES.values() for name, default in of_process(process)},
        **dict(fields(RendererSettings, "FRACTAFRAG_RENDERER_")),
    }


def in_document() -> dict[str, str]:
    return dict(re.findall(r"^\| `(FRACTAFRAG_\w+)` \| (.+?) \|", DOCUMENT.read_text(), re.MULTILINE))


def test_each_setting_stands_in_the_document() -> None:
    assert in_document().keys() == in_code().keys()


def test_each_default_is_what_the_code_has() -> None:
    documented = in_document()
    assert {name: documented[name] for name, default in in_code().items() if default is not None} == {
        name: default for name, default in in_code().items() if default is not None
    }
