"""The difference between two sources, by lines, in two forms: a patch and JSON.

`compare` gives the hunks between two versions, `patch` prints them as `diff -u` does (`git apply` takes it). They keep
a longest common subsequence of the lines. Time and memory are bounded: where what lies between the lines that lead and
trail alike is beyond `BUDGET`, it is given as replaced whole.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Literal

from pydantic import BaseModel

from services.core.shaders.models import ShaderVersion

CONTEXT = 3
# Old lines times new ones: 8 MiB of bits for one answer.
BUDGET = 2**26
NO_NEWLINE = "\\ No newline at end of file"


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
    """What changed between two versions of a shader. A text's last line end makes an empty last line."""

    shader_id: str
    from_version: int
    to_version: int
    added: int
    removed: int
    hunks: list[Hunk]


def compare(before: ShaderVersion, after: ShaderVersion) -> Difference:
    """What changed from one version of a shader to another."""
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


def matcher(old: Sequence[str], new: Sequence[str], *, budget: int = BUDGET) -> SequenceMatcher[str]:
    """difflib's matcher, for its `get_opcodes` and `get_grouped_opcodes`; the lines that stay are chosen here."""
    found = SequenceMatcher(None, old, new, autojunk=False)
    found.matching_blocks = list(_blocks(old, new, budget))  # type: ignore[attr-defined]  # what it keeps for itself
    return found


def structured(old: str, new: str) -> list[Hunk]:
    """The hunks that turn `old` into `new`, with three lines around each change."""
    before, after = lines_of(old), lines_of(new)
    hunks = []
    for group in matcher(before, after).get_grouped_opcodes(CONTEXT):
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
    for group in matcher(before, after).get_grouped_opcodes(CONTEXT):
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


def _blocks(old: Sequence[str], new: Sequence[str], budget: int) -> Iterator[Match]:
    """The stretches that stay, in order, as long as they can be; the last one is empty, as difflib has it."""
    start = i = j = 0
    for next_i, next_j in [*_pairs(old, new, budget), (len(old) + 1, len(new) + 1)]:
        if (next_i, next_j) != (i, j):
            if i > start:
                yield Match(start, j - (i - start), i - start)
            start = next_i
        i, j = next_i + 1, next_j + 1
    yield Match(len(old), len(new), 0)


def _pairs(old: Sequence[str], new: Sequence[str], budget: int) -> Iterator[tuple[int, int]]:
    """Where each line that stays stands in `old` and in `new`."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    room = shorter - head
    tail = next((n for n in range(room) if old[-1 - n] != new[-1 - n]), room)
    yield from ((n, n) for n in range(head))
    rows, columns = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(rows) * len(columns) <= budget:
        yield from ((head + i, head + j) for i, j in _common(rows, columns))
    yield from ((len(old) - n, len(new) - n) for n in range(tail, 0, -1))


def _common(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, by rows of bits (Hyyrö, 2004: Bit-parallel LCS-length computation revisited).

    In the row of an old line, the bit of a new line is 0 where that line makes the common subsequence longer.
    """
    places: defaultdict[str, int] = defaultdict(int)
    for j, line in enumerate(new):
        places[line] |= 1 << j
    row = every = (1 << len(new)) - 1
    rows = [row]
    for line in old:
        common = row & places.get(line, 0)
        row = ((row + common) | (row - common)) & every
        rows.append(row)
    pairs = []
    i, j = len(old), len(new)
    while i and j:
        if rows[i] >> (j - 1) & 1:
            j -= 1
        elif not rows[i - 1] >> (j - 1) & 1:
            i -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]
