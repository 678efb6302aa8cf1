"""A renderer's result, checked before anybody uses it.

A renderer runs strangers' code, so what it answers is untrusted: the contract's models check sizes and forms, and the
pictures' own headers are checked here. `ValueError` (pydantic's included) says that a result broke the contract.
"""

from typing import Self

from pydantic import model_validator

from services.contracts.renderer import (
    KEPT_WIDTHS,
    MAX_TIME,
    MOST_FLASHES,
    SHARE_SIZE,
    Kept,
    KeptOptions,
    PreviewOptions,
    RenderResult,
    Sheet,
    SheetOptions,
    StillOptions,
)


class CheckedResult(RenderResult):
    """A result whose pictures are whole files of the sizes that they are declared to have."""

    @model_validator(mode="after")
    def _pictures_are_what_they_say(self) -> Self:
        pictures = [self.still, self.preview, self.sheet, *(self.kept.sizes if self.kept else ())]
        for picture in pictures:
            if picture is not None and webp_size(picture.data) != (picture.width, picture.height):
                raise ValueError("a picture is not of the size that it is declared to have")
        share = self.kept.share if self.kept else None
        if share is not None and jpeg_size(share.data) != (share.width, share.height):
            raise ValueError("a picture is not of the size that it is declared to have")
        return self


def flashes_too_often(count: int | None) -> bool | None:
    """Whether so many flashes in a second are too many for some; None where they were not counted."""
    return None if count is None else count > MOST_FLASHES


def fits(result: CheckedResult, still: StillOptions | None, preview: PreviewOptions | None) -> bool:
    """Whether the result holds what was ordered, at most in the sizes that were ordered."""
    if (result.still is None) != (still is None) or (result.preview is not None and preview is None):
        return False
    if result.still and still and (result.still.width, result.still.height) != (still.width, still.height):
        return False
    return not (
        result.preview and preview and (result.preview.width > preview.width or result.preview.height > preview.height)
    )


def is_kept(found: Kept, options: KeptOptions) -> bool:
    """Whether the kept still has all the sizes that follow from its largest."""
    largest = found.sizes[0].width
    widths = [largest, *(width for width in KEPT_WIDTHS if width < largest)]
    return (
        largest in (options.width, options.least_width)
        and [(size.width, size.height) for size in found.sizes] == [(width, width * 9 // 16) for width in widths]
        and (found.share.width, found.share.height) == SHARE_SIZE
    )


def is_the_sheet(sheet: Sheet, options: SheetOptions) -> bool:
    """Whether the sheet shows the times that were ordered, or the first of them, within its sizes."""
    if options.times is None:
        times_fit = len(sheet.times) == 1 and 0 <= sheet.times[0] <= MAX_TIME
    else:
        times_fit = sheet.times == options.times[: len(sheet.times)]
    return (
        times_fit
        and sheet.columns == min(options.columns, len(sheet.times))
        and 1 <= sheet.frame_size[0] <= options.width
        and 1 <= sheet.frame_size[1] <= options.height
        and len(sheet.data) <= options.max_bytes
    )


def jpeg_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of the JPEG file in `data`; `ValueError` when it is not a whole JPEG file."""
    if len(data) < 4 or data[:2] != b"\xff\xd8" or data[-2:] != b"\xff\xd9":
        raise ValueError("not a JPEG file")
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        # A start of frame: any of C0 to CF but the three that are tables.
        if 0xC0 <= data[at + 1] <= 0xCF and data[at + 1] not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    raise ValueError("a JPEG file without a size")


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
