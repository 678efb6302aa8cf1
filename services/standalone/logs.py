"""What the terminal shows of the children's log files: everything (`--verbose`), or only what a person must know."""

import contextlib
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

# As services/renderer/isolation.py says it; importing that here would cost the supervisor pydantic.
_NOT_ISOLATED = "not isolated"


class LogFollower:
    """Follows `files` from their present ends and hands each new line to `show_line`."""

    def __init__(self, files: Sequence[Path], show_line: Callable[[str], None]) -> None:
        self._positions = {file: file.stat().st_size if file.exists() else 0 for file in files}
        self._show_line = show_line

    def show(self) -> None:
        """Show what has come since the last call; a file that was cut is read from its new beginning."""
        for file, position in self._positions.items():
            if not file.exists():
                continue
            size = file.stat().st_size
            if size == position:
                continue
            with file.open("rb") as opened:
                opened.seek(position if size > position else 0)
                whole, newline, _ = opened.read().rpartition(b"\n")
                self._positions[file] = (position if size > position else 0) + len(whole) + len(newline)
            for line in whole.decode(errors="replace").splitlines():
                self._show_line(line)


def show_line(line: str) -> None:
    """A line as it is; lost when the terminal is gone, or is a file on a full disk."""
    with contextlib.suppress(OSError):
        print(line, flush=True, file=sys.stdout)


def show_sentence(line: str) -> None:
    """The event of a line of the gallery's log, and the renderer's warning that nothing holds Chromium."""
    try:
        entry = json.loads(line)
    except ValueError:
        return
    if entry.get("process") == "renderer":
        if entry.get("event") == _NOT_ISOLATED:
            show_line(f"WARNING: {entry['reason']} (docs/renderer.md, Isolation)")
        return
    cause = f": {entry['cause']}" if "cause" in entry else ""
    show_line(f"Gallery: {entry.get('event')}{cause}")
