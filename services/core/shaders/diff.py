"""The difference between two sources, by lines, in two forms: a patch and JSON.

`compare` gives the hunks between two versions, `patch` prints them as `diff -u` does (`git apply` takes it). The
work is bounded: texts are split at lines that stand once in both (in the order that keeps most of them), what lies
between is compared by difflib while its cost stays within a budget, and a stretch beyond that is given as replaced
whole. Every answer is right; only the shortest may be missed.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from pydantic import BaseModel

from services.core.shaders.models import ShaderVersion

CONTEXT = 3
# The comparisons that difflib may at worst make for one answer: 0.2 s on the machine this was measured on.
BUDGET = 20_000_000
NO_NEWLINE = "\\ No newline at end of file"

Tag = Literal["equal", "replace", "delete", "insert"]
Operation = tuple[Tag, int, int, int, int]


class Change(BaseModel):
    """Lines that both sides have, or only the old one (`delete`) or the new one (`insert`)."""

    op: Literal["equal", "delete", "insert"]
    lines: list[str]


class Hunk(BaseModel):
    """A stretch with a change in it; line numbers count from 1."""

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int
    changes: list[Change]


class Difference(BaseModel):
    """What changed between two versions of a work. A text's last line end makes an empty last line."""

    shader_id: str
    from_version: int
    to_version: int
    added: int
    removed: int
    hunks: list[Hunk]


def compare(before: ShaderVersion, after: ShaderVersion) -> Difference:
    """What changed from one version of a work to another."""
    hunks = structured(before.source, after.source)
    changes = [change for hunk in hunks for change in hunk.changes]
    return Difference(
        shader_id=after.shader_id,
        from_version=before.number,
        to_version=after.number,
        added=sum(len(change.lines) for change in changes if change.op == "insert"),
        removed=sum(len(change.lines) for change in changes if change.op == "delete"),
        hunks=hunks,
    )


def patch(before: ShaderVersion, after: ShaderVersion) -> str:
    """The same as a patch."""
    names = [f"{side}/{each.shader_id}.v{each.number}.frag" for side, each in (("a", before), ("b", after))]
    return unified(before.source, after.source, old_name=names[0], new_name=names[1])


def lines_of(text: str) -> list[str]:
    """The lines of `text`; joined by `\\n` they are the text again."""
    return text.split("\n")


def difference(old: Sequence[str], new: Sequence[str], *, budget: int = BUDGET) -> list[Operation]:
    """Operations that turn `old` into `new`, in difflib's form, none of them empty, no two neighbours alike."""
    joined: list[Operation] = []
    for tag, i1, i2, j1, j2 in _operations(old, new, budget):
        if joined and joined[-1][0] == tag:
            joined[-1] = (tag, joined[-1][1], i2, joined[-1][3], j2)
        else:
            joined.append((tag, i1, i2, j1, j2))
    return joined


def structured(old: str, new: str) -> list[Hunk]:
    """The hunks that turn `old` into `new`, with three lines around each change."""
    before, after = lines_of(old), lines_of(new)
    hunks = []
    for group in _grouped(difference(before, after)):
        changes: list[Change] = []
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                changes.append(Change(op="equal", lines=before[i1:i2]))
                continue
            if i2 > i1:
                changes.append(Change(op="delete", lines=before[i1:i2]))
            if j2 > j1:
                changes.append(Change(op="insert", lines=after[j1:j2]))
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        hunks.append(Hunk(old_start=i1 + 1, old_lines=i2 - i1, new_start=j1 + 1, new_lines=j2 - j1, changes=changes))
    return hunks


def unified(old: str, new: str, *, old_name: str, new_name: str) -> str:
    """A patch from `old` to `new`; empty when they are equal."""
    before, after = _file_lines(old), _file_lines(new)
    written: list[str] = []
    for group in _grouped(difference(before, after)):
        (_, i1, _, j1, _), (_, _, i2, _, j2) = group[0], group[-1]
        written.append(f"@@ -{_range(i1, i2)} +{_range(j1, j2)} @@")
        for tag, a1, a2, b1, b2 in group:
            if tag == "equal":
                written += (_marked(" ", line) for line in before[a1:a2])
                continue
            written += (_marked("-", line) for line in before[a1:a2])
            written += (_marked("+", line) for line in after[b1:b2])
    return "\n".join([f"--- {old_name}", f"+++ {new_name}", *written, ""]) if written else ""


def _file_lines(text: str) -> list[str]:
    """Lines with their ends, as files have them."""
    lines = text.split("\n")
    ended = [line + "\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended


def _marked(sign: str, line: str) -> str:
    return f"{sign}{line[:-1]}" if line.endswith("\n") else f"{sign}{line}\n{NO_NEWLINE}"


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + 1 if length else start},{length}"


def _grouped(operations: list[Operation]) -> Iterator[list[Operation]]:
    """Operations in hunks: changes with up to `CONTEXT` equal lines on either side."""
    group: list[Operation] = []
    for index, operation in enumerate(operations):
        tag, i1, i2, j1, j2 = operation
        if tag != "equal":
            group.append(operation)
            continue
        last = index == len(operations) - 1
        if group and (last or i2 - i1 > 2 * CONTEXT):
            kept = min(CONTEXT, i2 - i1)
            group.append(("equal", i1, i1 + kept, j1, j1 + kept))
            yield group
            group = []
        if not last:
            kept = i2 - i1 if group else min(CONTEXT, i2 - i1)
            group.append(("equal", i2 - kept, i2, j2 - kept, j2))
    if any(operation[0] != "equal" for operation in group):
        yield group


def _operations(old: Sequence[str], new: Sequence[str], budget: int) -> Iterator[Operation]:
    i = j = 0
    for start_old, start_new in [*_anchors(old, new), (len(old), len(new))]:
        used, found = _between(old[i:start_old], new[j:start_new], budget)
        budget -= used
        for tag, i1, i2, j1, j2 in found:
            yield tag, i + i1, i + i2, j + j1, j + j2
        if start_old < len(old):
            yield "equal", start_old, start_old + 1, start_new, start_new + 1
        i, j = start_old + 1, start_new + 1


def _between(old: Sequence[str], new: Sequence[str], budget: int) -> tuple[int, list[Operation]]:
    """The operations of one stretch, and what they cost."""
    if old == new:
        return 0, [("equal", 0, len(old), 0, len(new))] if old else []
    in_new = Counter(new)
    pairs = sum(in_new[line] for line in old)
    cost = (pairs + len(old)) * min(len(old), len(new))
    if not pairs or cost > budget:
        tag: Tag = "insert" if not old else "delete" if not new else "replace"
        return 0, [(tag, 0, len(old), 0, len(new))]
    return cost, SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Where a line stands that both have exactly once, in the longest run that rises on both sides; and what leads
    and trails alike."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    room = shorter - head
    tail = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    middle = _unique_anchors(old[head : len(old) - tail], new[head : len(new) - tail])
    return [
        *((n, n) for n in range(head)),
        *((i + head, j + head) for i, j in middle),
        *((len(old) - n, len(new) - n) for n in range(tail, 0, -1)),
    ]


def _unique_anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    in_old, in_new = Counter(old), Counter(new)
    place = {line: j for j, line in enumerate(new) if in_new[line] == 1 and in_old[line] == 1}
    pairs = [(i, place[line]) for i, line in enumerate(old) if line in place]
    # The longest rising run of the places in `new`, by patience: the ends of the best run of each length.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        length = bisect_left(ends, j)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(j)
            last.append(index)
        else:
            ends[length], last[length] = j, index
    run = []
    at = last[-1] if last else -1
    while at >= 0:
        run.append(pairs[at])
        at = before[at]
    return run[::-1]
