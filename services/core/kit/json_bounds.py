"""What is wrong with a body of JSON before anybody parses it, in time that is linear in its size.

A parser, and pydantic behind it, take longest for what they refuse: 90,000 unknown members stop a process for seconds.
"""

import math
import re
from itertools import accumulate

# Each of these can be matched in one way only, so that it is linear; a string without an end goes on to the end.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_SURROGATE_PAIR = re.compile(rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_NUMBER = re.compile(rb"[-+.0-9eE]++")
_DEPTH, _DIGITS, _BYTES_OF_A_MEMBER = 32, 309, 32
_STEPS = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}
_NO_BRACKETS = bytes(set(range(256)) - set(_STEPS))


def flaw_of(body: bytes, members: int) -> str | None:
    """Why this JSON is refused unread; None where nothing speaks against parsing it (it may still be no JSON).

    Each step is linear in the body and runs in C: what is wrong with a body must not cost more than what is right.
    """
    try:
        body.decode()
    except UnicodeDecodeError:
        return "The body is not UTF-8"
    if b"\x00" in body:
        return "The body holds a NUL character"
    return _flaw_of_escapes(body) or flaw_of_structure(body, members)


def _flaw_of_escapes(body: bytes) -> str | None:
    if b"\\u" not in body:
        return None
    # Without escaped backslashes each backslash that is left begins an escape.
    escapes = body.replace(b"\\\\", b"  ")
    if b"\\u0000" in escapes:
        return "The body holds a NUL character"
    if _SURROGATE.search(_SURROGATE_PAIR.sub(b"", escapes)):
        return "The body holds half of a surrogate pair"
    return None


def flaw_of_structure(body: bytes, members: int) -> str | None:
    """The same for more members or levels than a request has, and for numbers that a float cannot hold.

    Only what stands outside of strings is looked at: brackets, commas and numbers.
    """
    bare = _STRING.sub(b"_", body).translate(None, b" \t\r\n")
    if sum(map(bare.count, (b",", b"{", b"["))) > members or len(bare) > members * _BYTES_OF_A_MEMBER:
        return f"The body has more than {members} members"
    depth = accumulate(_STEPS[bracket] for bracket in bare.translate(None, _NO_BRACKETS))
    if max(depth, default=0) > _DEPTH:
        return f"The body is nested deeper than {_DEPTH} levels"
    if b"NaN" in bare or b"Infinity" in bare or not all(map(_is_finite, _NUMBER.findall(bare))):
        return "The body holds a number that is too large"
    return None


def _is_finite(number: bytes) -> bool:
    """Whether a float can hold it; what is no number is left to the parser."""
    try:
        return len(number) <= _DIGITS and math.isfinite(float(number))
    except ValueError:
        return True
