"""Names the language of a text that is no shader of ours, so that its author knows what to do.

services/web/runtime/foreign.ts says the same in the browser; vectors/foreign.json holds for both.
"""

import re
from typing import Final

from services.core.glsl.source import logical_lines, normalise

_GLSL: Final = "; shaders here are GLSL: write void mainImage(out vec4 color, in vec2 position)"
# What the code of a text without an entry point of ours holds, and what is said then. The first that fits counts.
_LANGUAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII), message)
    for pattern, message in (
        (r"@(?:fragment|vertex|compute)\b|\bfn\s+\w+\s*\(", f"this is WGSL{_GLSL}"),
        (r"\bshader_type\s+\w+\s*;", f"this is Godot's shading language{_GLSL}"),
        (r"\bmetal_stdlib\b|\busing\s+namespace\s+metal\b|\[\[\s*stage_in\b", f"this is Metal{_GLSL}"),
        (r"\b(?:CG|HLSL)PROGRAM\b", f"this is a shader of Unity{_GLSL}"),
        (r":\s*SV_\w|\bfloat[234]\s+\w+\s*\(|\bcbuffer\b", f"this is HLSL{_GLSL}"),
        (r"\[preset\d\d\]|\bshader_body\b|\bper_frame_\d", f"this is a preset of Milkdrop{_GLSL}"),
        (r"\bmainSound\s*\(", "this is a sound shader of Shadertoy (mainSound): only pictures are drawn here"),
        (r"\bmainVR\s*\(", "this has mainVR alone: write void mainImage(out vec4 color, in vec2 position) as well"),
        (
            r"\bmainCubemap\s*\(",
            "this is a pass of Shadertoy for a cube map: only image passes are drawn here",
        ),
        (r"\blocal_size_x\b", f"this is a compute shader{_GLSL}"),
        (r"\bgl_Position\b", "this is a vertex shader: only fragment shaders are drawn here"),
    )
)
_ISF = re.compile(r"\b(?:RENDERSIZE|isf_FragNormCoord|IMG_(?:THIS_)?(?:NORM_)?PIXEL)\b", re.ASCII)
_ISF_DECLARED = re.compile(r"\b(?:define|vec[234])[ \t]+(?:RENDERSIZE|isf_FragNormCoord|IMG_\w+)\b", re.ASCII)
_PASS = re.compile(r'"type"\s*:\s*"(image|buffer|common|sound|cubemap)"')


def foreign_language(source: str, *, has_entry: bool) -> str | None:
    """What the text is instead, as a sentence, or None; `has_entry` says that it has an entry point of ours."""
    text = normalise(source).strip()
    if text[:1] in ("{", "[") and '"renderpass"' in text:
        passes = ", ".join(dict.fromkeys(_PASS.findall(text))) or "none"
        return f"this is a document of Shadertoy in JSON, with the passes: {passes}. Import it, or paste a pass's code"
    code = "\n".join(line.text for line in logical_lines(source))
    if _ISF.search(code) and not _ISF_DECLARED.search(code):
        return "this is ISF: declare its uniforms, for one resolution instead of RENDERSIZE, time instead of TIME"
    if has_entry:
        return None
    return next((message for pattern, message in _LANGUAGES if pattern.search(code)), None)
