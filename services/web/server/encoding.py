"""Which encoding a visitor takes, and documents in it."""

import zlib
from collections.abc import Mapping

_WORTH_IT = 1_000
_LEVEL = 5


def accepts(header: str, encoding: str) -> bool:
    """Whether an `Accept-Encoding` names `encoding`. `*` is not taken: nobody but a test sends it."""
    for part in header.lower().split(","):
        name, _, parameter = part.partition(";")
        if name.strip() == encoding:
            key, _, weight = parameter.partition("=")
            return key.strip() != "q" or weight.strip().strip("0.") != ""
    return False


def packed(body: bytes, accept_encoding: str) -> tuple[bytes, Mapping[str, str]]:
    """A document as it travels, and the headers that say so. Every visitor gets another one, so it is packed anew."""
    vary = {"Vary": "Accept-Encoding, Cookie"}
    if len(body) < _WORTH_IT or not accepts(accept_encoding, "gzip"):
        return body, vary
    packer = zlib.compressobj(_LEVEL, wbits=31)
    return packer.compress(body) + packer.flush(), {**vary, "Content-Encoding": "gzip"}
