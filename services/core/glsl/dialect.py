"""Finds the dialect of a shader from what its code declares, never from a name of a file.

`detect_dialect` gives one of `DIALECTS`, or None where the text has no entry point that we know; it does not say that
the text compiles. services/web/runtime/dialect.ts gives the same answers (vectors/dialects.json holds for both).
"""

import re
from collections.abc import Sequence
from typing import Literal

from services.core.glsl.source import LogicalLine, logical_lines, plain_code

DialectName = Literal["shadertoy", "glsl-sandbox", "book-of-shaders", "es100", "es300"]
DIALECTS: tuple[DialectName, ...] = ("shadertoy", "glsl-sandbox", "book-of-shaders", "es100", "es300")

_PRECISION = r"(?:(?:lowp|mediump|highp)\s+)?"
_MAIN_IMAGE = re.compile(r"\bvoid\s+mainImage\s*\([^()]*\)\s*\{", re.ASCII)
_MAIN = re.compile(r"\bvoid\s+main\s*\(\s*(?:void\s*)?\)\s*\{", re.ASCII)
_OUTPUT = re.compile(rf"\bout\s+{_PRECISION}vec[34]\s+[A-Za-z_]\w*\s*;", re.ASCII)
# The bound keeps a text of nothing but `uniform` from taking quadratic time.
_UNIFORMS = re.compile(rf"\buniform\s+{_PRECISION}[A-Za-z_]\w*\s+([^\s;{{}}()][^;{{}}()]{{0,500}});", re.ASCII)
_NAME = re.compile(r"\s*([A-Za-z_]\w*)", re.ASCII)
_VARYING = re.compile(rf"\bvarying\s+{_PRECISION}vec2\s+surfacePosition\b", re.ASCII)
_VERSION = re.compile(r"[ \t\v\f]*#[ \t\v\f]*version[ \t\v\f]+(100|300[ \t\v\f]+es)[ \t\v\f]*\Z")
_CALL = re.compile(r"\b([A-Za-z_]\w*)\s*\(", re.ASCII)
_FRAG_COLOR = re.compile(r"\bgl_Frag(?:Color|Data)\b", re.ASCII)
_MENTIONS_MAIN_IMAGE = re.compile(r"\bmainImage\b", re.ASCII)

_BOOK = frozenset({"u_time", "u_resolution", "u_mouse"})
_SANDBOX = frozenset({"time", "resolution", "mouse", "backbuffer", "surfaceSize"})
_SHIM_CALLS = frozenset({"mainImage", "vec2", "vec3", "vec4", "float"})


def detect_dialect(source: str) -> DialectName | None:
    """The dialect of the text, or None where it has no entry point that we know."""
    lines = logical_lines(source)
    plain = plain_code(lines)
    code = "\n".join(line.text for line in lines)
    leading = leading_version(lines)
    version = leading[0] if leading else None
    if _MAIN_IMAGE.search(plain):
        body = _main_body(plain)
        if body is None or _is_shim(body):
            return "shadertoy"
        return _from_main(plain, code, version) or "shadertoy"
    if _MAIN.search(plain):
        return _from_main(plain, code, version)
    # Golfed shaders put the entry point into a macro.
    if _MENTIONS_MAIN_IMAGE.search(code):
        return "shadertoy"
    return _from_main(code, code, version) if _MAIN.search(code) else None


def leading_version(lines: Sequence[LogicalLine]) -> tuple[Literal[100, 300], LogicalLine] | None:
    """A `#version 100` or `#version 300 es` before any other code, as the language wants it, with its line."""
    first = next((line for line in lines if line.text.strip(" \t\v\f")), None)
    match = _VERSION.match(first.text) if first else None
    if first is None or match is None:
        return None
    return (100 if match.group(1) == "100" else 300), first


def declared_uniforms(plain: str) -> set[str]:
    """The names that the code declares as uniforms, whatever their type."""
    names = set()
    for match in _UNIFORMS.finditer(plain):
        for part in match.group(1).split(","):
            if name := _NAME.match(part):
                names.add(name.group(1))
    return names


def _from_main(text: str, code: str, version: int | None) -> DialectName | None:
    """The dialect of a `main` by what stands around it in `text`, which is the code with or without directives."""
    if version == 300 or (version is None and _OUTPUT.search(text)):
        return "es300"
    uniforms = declared_uniforms(text)
    if uniforms & _BOOK:
        return "book-of-shaders"
    if uniforms & _SANDBOX or _VARYING.search(text):
        return "glsl-sandbox"
    return "es100" if version == 100 or _FRAG_COLOR.search(code) else None


def _main_body(plain: str) -> str | None:
    match = _MAIN.search(plain)
    if match is None:
        return None
    depth = 1
    for brace in re.finditer(r"[{}]", plain[match.end() :]):
        depth += 1 if brace.group() == "{" else -1
        if depth == 0:
            return plain[match.end() : match.end() + brace.start()]
    return plain[match.end() :]


def _is_shim(body: str) -> bool:
    """True for the `main` that people paste below a Shadertoy shader: it calls mainImage and nothing else."""
    calls = set(_CALL.findall(body))
    return "mainImage" in calls and calls <= _SHIM_CALLS
