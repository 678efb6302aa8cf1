"""The code of a work, measured twice.

`kinship` says whether two sources share text: runs of tokens, comments included (a piece that was commented out tells
of where it came from), hashed into a few numbers. `terms` says what kind of program it is, whatever its author called
things: built-in functions, the shape of its statements, and the words in its names.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from services.core.glsl.parameters import BUILTIN_NAMES
from services.core.glsl.source import logical_lines, normalise

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint64]

KINSHIP_DIM = 192
# Into so many columns runs of tokens are hashed, each with a weight that says how rare it is.
COLUMNS = 1 << 16
RUNS = (3, 5)
_SHAPES = (2, 3, 4)
_MOST_TOKENS = 40_000
_TOKEN = re.compile(r"[^\W\d]\w*|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+*/%<>=!&|^]=|&&|\|\||\+\+|--|<<|>>|\S")
_WORD = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{3,}")
_FACTORS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5, 0x85EBCA77C2B2AE63], np.uint64
)
_GLSL = (
    "abs acos all any asin atan bool break bvec2 bvec3 bvec4 case ceil clamp const continue cos cosh cross dFdx dFdy "
    "default define degrees discard distance do dot else elif endif equal exp exp2 faceforward float floor for fract "
    "fwidth gl_FragColor gl_FragCoord greaterThan highp if ifdef ifndef in inout int inverse inversesqrt ivec2 ivec3 "
    "ivec4 length lessThan log log2 lowp main mainImage mat2 mat3 mat4 matrixCompMult max mediump min mix mod modf "
    "normalize not out pow precision radians reflect refract return round sampler2D samplerCube sign sin sinh "
    "smoothstep sqrt step struct switch tan tanh texelFetch texture texture2D textureLod transpose trunc uint uniform "
    "uvec2 uvec3 uvec4 varying vec2 vec3 vec4 void while"
)
# What GLSL and the site give; names of any other are their author's.
_LANGUAGE = BUILTIN_NAMES.union(_GLSL.split())


def tokens(source: str) -> list[str]:
    """The tokens of a source with its comments, in their order."""
    return _TOKEN.findall(normalise(source))[:_MOST_TOKENS]


def runs(found: Sequence[str]) -> Hashes:
    """Each run of `RUNS` tokens once, as a hash."""
    known: dict[str, int] = {}
    codes = np.array([known.setdefault(each, zlib.crc32(each.encode())) for each in found], np.uint64)
    parts = [_hashed(codes, length) for length in RUNS if len(codes) >= length]
    return np.unique(np.concatenate(parts)) if parts else np.empty(0, np.uint64)


def kinship(hashes: Hashes, rarity: Floats) -> Floats:
    """The runs of a source as `KINSHIP_DIM` numbers of unit length; `rarity` has a weight for each column."""
    weights = rarity[(hashes % np.uint64(COLUMNS)).astype(np.intp)]
    signs = np.where(hashes >> np.uint64(63), 1.0, -1.0)
    places = ((hashes >> np.uint64(20)) % np.uint64(KINSHIP_DIM)).astype(np.intp)
    return unit(np.bincount(places, weights * signs, KINSHIP_DIM).astype(np.float32))


def terms(source: str) -> Counter[int]:
    """How often each feature of the code occurs, by the feature's hash."""
    found = _TOKEN.findall("\n".join(line.text for line in logical_lines(source)))[:_MOST_TOKENS]
    shapes = [_shape(each) for each in found]
    counts: Counter[str] = Counter(each for each in found if each in _LANGUAGE)
    counts.update(f"word {word}" for name in found if name not in _LANGUAGE for word in words_of_name(name))
    for length in _SHAPES:
        counts.update(" ".join(run) for run in zip(*(shapes[at:] for at in range(length)), strict=False))
    return Counter({zlib.crc32(term.encode()): count for term, count in counts.items()})


def words_of_name(name: str) -> Iterator[str]:
    """The words that an identifier is made of: `starField2` of star and field."""
    return (match.lower() for match in _WORD.findall(name))


def unit(vector: Floats) -> Floats:
    """`vector` at length 1; zero stays zero."""
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length > 0 else vector


def _hashed(codes: Hashes, length: int) -> Hashes:
    count = len(codes) - length + 1
    total = np.full(count, length, np.uint64)
    for at in range(length):
        total += (codes[at : at + count] + np.uint64(1)) * _FACTORS[at]
    total ^= total >> np.uint64(29)
    total *= _FACTORS[0]
    return total ^ (total >> np.uint64(32))


def _shape(token: str) -> str:
    """The token as anybody would have written it: names of the author's are one, and numbers are."""
    if token in _LANGUAGE:
        return token
    if token[0].isdigit() or (token[0] == "." and len(token) > 1):
        return "0"
    return "x" if token[0].isalpha() or token[0] == "_" else token
