"""Shows on the terminal what the children write into their log files (`--verbose`)."""

import sys
from collections.abc import Sequence
from pathlib import Path


class LogFollower:
    """Follows `files` from their present ends."""

    def __init__(self, files: Sequence[Path]) -> None:
        self._positions = {file: file.stat().st_size if file.exists() else 0 for file in files}

    def show(self) -> None:
        """Print what has come since the last call; a file that was cut is read from its new beginning."""
        for file, position in self._positions.items():
            if not file.exists():
                continue
            size = file.stat().st_size
            if size == position:
                continue
            with file.open("rb") as opened:
                opened.seek(position if size > position else 0)
                text = opened.read()
                self._positions[file] = opened.tell()
            sys.stdout.write(text.decode(errors="replace"))
        sys.stdout.flush()
