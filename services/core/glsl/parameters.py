"""Reads the uniforms that an author offers as controls, and fits given values to them.

    uniform float speed; // = 1.0 in [0.0, 4.0] step 0.1 "Speed"
    uniform vec3 tint;   // = vec3(1.0, 0.5, 0.2) color
    #iUniform float glow = 0.5 in {0.0, 2.0} step 0.1

`parse_parameters` gives them as JSON-ready dictionaries, at most 64, in the text's order. A declaration whose comment
does not begin so is no parameter; nothing here fails, and of a comment its first 400 characters count.
services/web/runtime/parameters.ts gives the same answers (vectors/parameters.json holds for both).
"""

import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from services.core.glsl.source import LogicalLine, logical_lines

ParameterType = Literal["float", "int", "bool", "vec2", "vec3", "vec4"]
ParameterValue = float | bool | list[float]


class Parameter(TypedDict):
    name: str
    type: str
    default: ParameterValue
    min: float | None
    max: float | None
    step: float | None
    label: str | None
    widget: Literal["slider", "color", "toggle"]


# Names that are fed by the runtime (FEEDS and SHADERTOY_UNIFORMS in services/web/runtime/builtins.ts).
BUILTIN_NAMES = frozenset(
    {
        *("iResolution", "iTime", "iGlobalTime", "iTimeDelta", "iFrame", "iFrameRate", "iMouse", "iDate"),
        *("iSampleRate", "iChannel0", "iChannel1", "iChannel2", "iChannel3", "iChannelTime", "iChannelResolution"),
        *("time", "resolution", "mouse", "surfaceSize", "backbuffer"),
        *("u_time", "u_resolution", "u_mouse", "u_delta", "u_date", "u_frame"),
    }
)
MAX_PARAMETERS = 64
MAX_LABEL = 80
MAX_ANNOTATION = 400
_INT_LIMIT = 2_147_483_647

# Read in one way only: with two, a long row of digits would take quadratic time.
_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_END = r"[fF]?(?![\w.])"
_S = r"[ \t\v\f]"
_UNIFORM = re.compile(
    rf"{_S}*uniform{_S}+(?:(?:lowp|mediump|highp){_S}+)?"
    rf"(float|int|bool|vec[234]){_S}+([A-Za-z_]\w*){_S}*;{_S}*\Z",
    re.ASCII,
)
_DIRECTIVE = re.compile(
    rf"{_S}*#{_S}*iUniform{_S}+(float|int|bool|vec[234]|color[34]){_S}+([A-Za-z_]\w*){_S}*(=.*)\Z",
    re.ASCII | re.DOTALL,
)
_DEFAULT = re.compile(
    rf"[ \t]*=[ \t]*(?:(true|false)(?!\w)|({_NUMBER}){_END}|(?:vec|color)([234])[ \t]*\(([^()]*)\))", re.ASCII
)
_CLAUSE = re.compile(
    rf"[ \t]*(?:in[ \t]*[\[{{][ \t]*({_NUMBER})[fF]?[ \t]*,[ \t]*({_NUMBER})[fF]?[ \t]*[\]}}]"
    rf'|step[ \t]+({_NUMBER}){_END}|(color)(?!\w)|"([^"]*)")',
    re.ASCII,
)
_COMPONENT = re.compile(rf"[ \t]*({_NUMBER})[fF]?[ \t]*\Z")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class _Declaration:
    name: str
    type: str
    color: bool
    annotation: str


@dataclass(slots=True)
class _Clauses:
    range: tuple[float, float] | None = None
    step: float | None = None
    color: bool = False
    label: str | None = None


def parse_parameters(source: str) -> list[Parameter]:
    """The parameters that the text declares; the first declaration of a name counts."""
    parameters: list[Parameter] = []
    names = set(BUILTIN_NAMES)
    for line in logical_lines(source):
        declaration = _declaration(line)
        if declaration is None or declaration.name in names or "__" in declaration.name:
            continue
        names.add(declaration.name)
        parameter = _parameter(declaration)
        if parameter is not None and len(parameters) < MAX_PARAMETERS:
            parameters.append(parameter)
    return parameters


def clamp_parameters(parameters: Sequence[Parameter], values: Mapping[str, object]) -> dict[str, ParameterValue]:
    """A value for every parameter: the given one clamped, or the default where it is missing or of another type."""
    fitted: dict[str, ParameterValue] = {}
    for parameter in parameters:
        value = _value_for(parameter, values.get(parameter["name"]))
        fitted[parameter["name"]] = parameter["default"] if value is None else value
    return fitted


def _declaration(line: LogicalLine) -> _Declaration | None:
    if line.directive == "iUniform":
        match = _DIRECTIVE.match(line.text)
        if match is None:
            return None
        kind, name, annotation = match.groups()
        color = kind.startswith("color")
        return _Declaration(name, f"vec{kind[-1]}" if color else kind, color, annotation[:MAX_ANNOTATION])
    match = _UNIFORM.match(line.text) if line.directive is None and line.comment is not None else None
    if match is None:
        return None
    return _Declaration(match.group(2), match.group(1), color=False, annotation=(line.comment or "")[:MAX_ANNOTATION])


def _parameter(declaration: _Declaration) -> Parameter | None:
    match = _DEFAULT.match(declaration.annotation)
    initial = _default(declaration.type, match) if match else None
    if match is None or initial is None:
        return None
    clauses = _clauses(declaration.annotation, match.end())
    color = (declaration.color or clauses.color) and declaration.type in ("vec3", "vec4")
    low, high = _range(declaration.type, initial, clauses.range, color=color)
    toggle = isinstance(initial, bool)
    return {
        "name": declaration.name,
        "type": declaration.type,
        "default": initial if isinstance(initial, bool) else _clamp(initial, low, high),
        "min": low,
        "max": high,
        "step": None if toggle else _step(declaration.type, clauses.step),
        "label": clauses.label,
        "widget": "toggle" if toggle else "color" if color else "slider",
    }


def _number(text: str | None) -> float | None:
    value = float(text) + 0.0 if text is not None else math.nan
    return value if math.isfinite(value) else None


def _whole(value: float) -> int:
    """The nearest whole number that GLSL can hold; halves go up."""
    return math.floor(min(max(value, -_INT_LIMIT), _INT_LIMIT) + 0.5)


def _default(kind: str, match: re.Match[str]) -> ParameterValue | None:
    boolean, number, size, components = match.groups()
    if kind == "bool":
        return None if boolean is None else boolean == "true"
    if kind in ("float", "int"):
        value = _number(number)
        return value if value is None or kind == "float" else _whole(value)
    count = int(kind[-1])
    if size != str(count):
        return None
    parts = [_COMPONENT.match(part) for part in components.split(",")]
    values = [value for part in parts if part and (value := _number(part.group(1))) is not None]
    if len(values) != len(parts) or len(values) not in (1, count):
        return None
    return values if len(values) == count else values * count


def _clauses(annotation: str, start: int) -> _Clauses:
    """Reads clauses in any order; the first thing that is none of them ends the annotation."""
    found = _Clauses()
    while match := _CLAUSE.match(annotation, start):
        low, high, step, color, label = match.groups()
        first, last = _number(low), _number(high)
        if first is not None and last is not None and first < last:
            found.range = (first, last)
        if step is not None:
            found.step = _number(step)
        found.color = found.color or color is not None
        if label is not None:
            found.label = _CONTROLS.sub("", label).strip(" ")[:MAX_LABEL] or None
        start = match.end()
    return found


def _range(
    kind: str, initial: ParameterValue, given: tuple[float, float] | None, *, color: bool
) -> tuple[float | None, float | None]:
    if isinstance(initial, bool):
        return None, None
    if isinstance(initial, list):
        return given or ((0.0, 1.0) if color else (None, None))
    if kind == "float":
        return given or (min(0.0, initial), max(1.0, initial))
    if given and _whole(given[0]) < _whole(given[1]):
        return _whole(given[0]), _whole(given[1])
    return min(0, initial), max(10, initial)


def _step(kind: str, step: float | None) -> float | None:
    given = step if step is not None and step > 0 else None
    return max(1, _whole(given or 1)) if kind == "int" else given


def _clamp(value: float | list[float], low: float | None, high: float | None) -> float | list[float]:
    def one(number: float) -> float:
        return min(max(number, number if low is None else low), number if high is None else high) + 0

    return [one(number) for number in value] if isinstance(value, list) else one(value)


def _is_number(value: object) -> bool:
    """True for a finite number; to Python a bool is one too, and to JSON it is not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _value_for(parameter: Parameter, given: object) -> ParameterValue | None:
    initial = parameter["default"]
    if isinstance(initial, bool):
        return given if isinstance(given, bool) else None
    if isinstance(initial, list):
        if not isinstance(given, list) or len(given) != len(initial) or not all(map(_is_number, given)):
            return None
        return _clamp([float(number) for number in given], parameter["min"], parameter["max"])
    if not isinstance(given, int | float) or not _is_number(given):
        return None
    return _clamp(_whole(given) if parameter["type"] == "int" else given, parameter["min"], parameter["max"])
