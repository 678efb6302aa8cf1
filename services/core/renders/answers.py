"""A renderer's result, checked before anybody uses it.

A renderer runs strangers' code, so what it answers is untrusted: the contract's models check sizes and forms, and the
pictures' own headers are checked here. `ValueError` (pydantic's included) says that a result broke the contract.
"""

from typing import Self

from pydantic import model_validator

from services.contracts.renderer import RenderResult


class CheckedResult(RenderResult):
    """A result whose pictures are whole WebP files of the sizes that they are declared to have."""

    @model_validator(mode="after")
    def _pictures_are_what_they_say(self) -> Self:
        for picture in (self.still, self.preview, self.sheet):
            if picture is not None and webp_size(picture.data) != (picture.width, picture.height):
                raise ValueError("a picture is not of the size that it is declared to have")
        return self


def webp_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of the WebP canvas in `data`; `ValueError` when it is not a whole WebP file."""
    if len(data) < 30 or data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise ValueError("not a WebP file")
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise ValueError("a WebP file that is cut off")
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    raise ValueError("an unknown kind of WebP file")
