"""Shadertoy's JSON: in and out, for shaders of one image pass.

`read_document` makes the body of a new shader out of a document as Shadertoy's API, its export or this site give it.
What cannot be carried over is refused with a reason and never dropped without a word: further passes
(`MultipassError`) and inputs that the code uses (`UsedInputError`). Tags are brought into our form.

`write_document` makes such a document. Declared parameters become constants with the shader's values, because
Shadertoy has no sliders; a member `fractafrag` of ours keeps what the format has no place for, so that a document
that was only passed on comes back as it was. An edited `code` always wins over what that member says.
"""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.contracts.glsl import Dialect
from services.contracts.shaders import ShaderChoices, ShaderPublic, SomeChoices, VersionPublic, Visibility
from services.core.glsl.parameters import Parameter, clamp_parameters, parse_parameters
from services.core.glsl.source import logical_lines
from services.core.kit.errors import ConflictError, InvalidInputError
from services.core.kit.text import MAX_TAG_LENGTH, MAX_TAGS
from services.core.licences import ALL_RIGHTS_RESERVED, LICENCES
from services.core.shaders.schemas import ImportRequest, ShaderCreate

_CHANNEL = re.compile(r"\biChannel([0-3])\b")
_DECLARATION = re.compile(
    r"(\s*)(?:uniform\s+(?:(?:lowp|mediump|highp)\s+)?\w+\s+(\w+)\s*;|#\s*iUniform\s+\w+\s+(\w+).*)"
)
# Beyond these a document is not looked at; the static check says what is too large below that.
_LONGEST_CODE, _LONGEST_SOURCE = 262_144, 65_536
_CHOICES = set(ShaderChoices.model_fields)


class MalformedDocumentError(InvalidInputError):
    """The document is not of Shadertoy's form; `detail` says where."""

    code = "import_malformed"
    title = "This is no Shadertoy document"


class MultipassError(InvalidInputError):
    """The shader has more passes than the image; `passes` names them."""

    code = "import_multipass"
    title = "Works of several passes cannot be imported yet"


class UsedInputError(InvalidInputError):
    """The code reads inputs that do not exist here; `inputs` lists them."""

    code = "import_inputs"
    title = "This work reads inputs that cannot be imported yet"


class ExportUnsupportedError(ConflictError):
    """The shader is of a dialect that Shadertoy does not know."""

    code = "export_unsupported"
    title = "Only works with mainImage can be exported to Shadertoy"


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class _Info(_Lenient):
    id: str = ""
    name: str
    username: str = ""
    description: str = ""
    tags: list[str] = []


class _Input(_Lenient):
    channel: int = 0
    ctype: str = ""


class _Pass(_Lenient):
    type: str
    code: str = Field(max_length=_LONGEST_CODE)
    inputs: list[_Input] = []


class _Ours(_Lenient, SomeChoices):
    source: str | None = Field(default=None, max_length=_LONGEST_SOURCE)
    licence: str | None = None
    parameter_values: dict[str, Any] = {}


class _Document(_Lenient):
    info: _Info
    renderpass: list[_Pass] = Field(min_length=1, max_length=16)
    fractafrag: _Ours | None = None


def read_document(request: ImportRequest) -> ShaderCreate:
    """The body of a new shader; the request's own fields win over the document's."""
    try:
        document = _Document.model_validate(_unwrapped(request.shadertoy))
        image = _only_image(document)
        _refuse_used_inputs(image)
        return _body(request, document, image)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise MalformedDocumentError(f"{place}: {first['msg']}") from None


def write_document(shader: ShaderPublic, version: VersionPublic, *, url: str) -> dict[str, Any]:
    """The Shadertoy document of one version of a shader; `url` is where the shader is shown."""
    if version.dialect is not Dialect.SHADERTOY:
        raise ExportUnsupportedError
    code = baked(version.source, version.parameter_values)
    ours: dict[str, Any] = {
        "id": shader.id,
        "version": version.version,
        "url": url,
        "licence": shader.licence,
        **shader.model_dump(mode="json", include=_CHOICES),
        "parameter_values": version.parameter_values,
    }
    if code != version.source:
        ours["source"] = version.source
    return {
        "ver": "0.1",
        "info": {
            "id": shader.id,
            "date": str(int((shader.published_at or shader.created_at).timestamp())),
            "viewed": 0,
            "name": shader.title,
            "username": shader.author.handle,
            "description": shader.description,
            "likes": shader.up,
            "published": 1 if shader.visibility is Visibility.PUBLIC else 0,
            "flags": 0,
            "usePreview": 0,
            "tags": shader.tags,
            "hasliked": 0,
            "parentid": shader.parent.id if shader.parent else "",
            "parentname": "",
        },
        "renderpass": [
            {"inputs": [], "outputs": [], "code": code, "name": "Image", "description": "", "type": "image"}
        ],
        "fractafrag": ours,
    }


def baked(source: str, values: dict[str, Any]) -> str:
    """`source` with each parameter as a constant of its value, every line where it was."""
    parameters = parse_parameters(source)
    fitted = clamp_parameters(parameters, values)
    waiting = {parameter["name"]: parameter for parameter in parameters}
    lines = source.split("\n")
    for line in logical_lines(source) if waiting else []:
        found = _DECLARATION.match(lines[line.number - 1])
        parameter = waiting.pop(found[2] or found[3], None) if found else None
        if found and parameter:
            constant = f"const {parameter['type']} {parameter['name']} = {_literal(parameter, fitted)};"
            lines[line.number - 1] = found[1] + constant + lines[line.number - 1][found.end() :]
    return "\n".join(lines)


def _literal(parameter: Parameter, fitted: dict[str, Any]) -> str:
    value = fitted[parameter["name"]]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"{parameter['type']}({', '.join(repr(float(part)) for part in value)})"
    return str(int(value)) if parameter["type"] == "int" else repr(float(value))


def _unwrapped(document: Any) -> Any:
    """The shader itself, out of the API's `Shader` member or a list of one."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    return document["Shader"] if isinstance(document, dict) and "Shader" in document else document


def _only_image(document: _Document) -> _Pass:
    others = [each.type for each in document.renderpass if each.type != "image"]
    images = [each for each in document.renderpass if each.type == "image"]
    if others or len(images) != 1:
        raise MultipassError(
            f"It has {len(document.renderpass)} passes; only one of type image can be taken",
            extra={"passes": [each.type[:40] for each in document.renderpass]},
        )
    return images[0]


def _refuse_used_inputs(image: _Pass) -> None:
    code = "\n".join(line.text for line in logical_lines(image.code))
    used = {int(channel) for channel in _CHANNEL.findall(code)}
    inputs = [{"channel": each.channel, "ctype": each.ctype[:40]} for each in image.inputs if each.channel in used]
    if inputs:
        raise UsedInputError("Textures, sounds, videos and the keyboard are not there yet", extra={"inputs": inputs})


def _body(request: ImportRequest, document: _Document, image: _Pass) -> ShaderCreate:
    info, ours = document.info, document.fractafrag
    passed_on = ours is not None and ours.source is not None and baked(ours.source, ours.parameter_values) == image.code
    description = info.description if ours is not None else _credited(info)
    choices = ours.model_dump(include=_CHOICES, exclude_none=True) if ours is not None else {}
    choices |= request.model_dump(include=_CHOICES, exclude_none=True)
    known = ours.licence if ours is not None and ours.licence in LICENCES else None
    return ShaderCreate(
        source=ours.source if passed_on and ours is not None and ours.source is not None else image.code,
        title=request.title or info.name,
        description=description,
        tags=_tags(info.tags),
        licence=request.licence or known or ALL_RIGHTS_RESERVED,
        visibility=request.visibility,
        parameter_values=ours.parameter_values if ours else {},
        **choices,
    )


def _credited(info: _Info) -> str:
    """The description with a line that says where the shader comes from."""
    if not info.username:
        return info.description
    place = f" (shadertoy.com/view/{info.id})" if info.id.isalnum() else ""
    return f"{info.description}\n\nBy {info.username} on Shadertoy{place}.".strip()


def _tags(given: list[str]) -> list[str]:
    """As many of the tags as there is room for, in our form."""
    formed = (re.sub(r"[^a-z0-9]+", "-", tag.lower())[:MAX_TAG_LENGTH].strip("-") for tag in given[:100])
    return list(dict.fromkeys(tag for tag in formed if tag))[:MAX_TAGS]
