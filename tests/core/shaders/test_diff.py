"""A difference applied to one side gives the other, in both forms, and its work is bounded."""

import random
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.core.shaders.diff import Hunk, lines_of, matcher, structured, unified

# Few different lines, so that they repeat and move.
texts = st.lists(st.sampled_from(["", "a", "b", "c", "}", "vec3 p;", " a"]), max_size=30).map("\n".join)


def applied(hunks: list[Hunk], old: str) -> str:
    before, after, at = lines_of(old), [], 0
    for hunk in hunks:
        assert hunk.old_start - 1 >= at
        after += before[at : hunk.old_start - 1]
        at = hunk.old_start - 1
        assert len(after) == hunk.new_start - 1
        for change in hunk.changes:
            if change.op == "insert":
                after += change.lines
                continue
            assert before[at : at + len(change.lines)] == change.lines
            at += len(change.lines)
            if change.op == "equal":
                after += change.lines
    return "\n".join([*after, *before[at:]])


@given(texts, texts, st.sampled_from([0, 50, 20_000_000]))
@example("\na\n\nb\n", "a\n\nb", 0)
def test_operations_turn_one_side_into_the_other(old: str, new: str, budget: int) -> None:
    before, after = lines_of(old), lines_of(new)
    at_old = at_new = 0
    for tag, i1, i2, j1, j2 in matcher(before, after, budget=budget).get_opcodes():
        assert (i1, j1) == (at_old, at_new)
        assert (i2 - i1) + (j2 - j1) > 0
        assert (tag == "equal") == (before[i1:i2] == after[j1:j2])
        at_old, at_new = i2, j2
    assert (at_old, at_new) == (len(before), len(after))


def _common_length(old: list[str], new: list[str]) -> int:
    """How many lines can stay at most, by the textbook's table."""
    above = [0] * (len(new) + 1)
    for line in old:
        row = [0]
        for j, other in enumerate(new):
            row.append(above[j] + 1 if line == other else max(above[j + 1], row[j]))
        above = row
    return above[-1]


@given(texts, texts)
def test_as_many_lines_stay_as_can(old: str, new: str) -> None:
    before, after = lines_of(old), lines_of(new)
    kept = sum(block.size for block in matcher(before, after).get_matching_blocks())
    assert kept == _common_length(before, after)


@given(texts, texts)
def test_hunks_give_the_other_side(old: str, new: str) -> None:
    assert applied(structured(old, new), old) == new


@given(texts)
def test_equal_texts_have_no_difference(text: str) -> None:
    assert structured(text, text) == []
    assert unified(text, text, old_name="a", new_name="b") == ""


@pytest.mark.parametrize("seed", range(25))
def test_git_applies_the_patch(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    lines = [chance.choice(["", "}", "vec3 p;", f"float x{n};"]) for n in range(chance.randrange(1, 60))]
    changed = [line for line in lines if chance.random() > 0.1]
    for _ in range(chance.randrange(6)):
        changed.insert(chance.randrange(len(changed) + 1), chance.choice(["new", "}", ""]))
    old, new = ("\n".join(part) + chance.choice(["", "\n"]) for part in (lines, changed))
    patch = unified(old, new, old_name="a/work.frag", new_name="b/work.frag")
    # An empty side would have to be written as a file that does not exist.
    if patch and old and new:
        (tmp_path / "work.frag").write_text(old)
        (tmp_path / "the.patch").write_text(patch)
        subprocess.run(["git", "apply", "--unidiff-zero", "the.patch"], cwd=tmp_path, check=True)
        assert (tmp_path / "work.frag").read_text() == new


def test_a_small_edit_is_a_small_hunk() -> None:
    old = "\n".join(f"float x{n} = {n}.0;" for n in range(1000))
    (hunk,) = structured(old, old.replace("x500 = 500.0", "x500 = 1.0"))
    assert (hunk.old_start, hunk.old_lines, hunk.new_start, hunk.new_lines) == (498, 7, 498, 7)
    assert [change.op for change in hunk.changes] == ["equal", "delete", "insert", "equal"]


def _random_lines(kinds: int, count: int, seed: int) -> str:
    chance = random.Random(seed)
    return "\n".join(chance.choice("abcdefghijklmnopqrstuvwxyz"[:kinds]) for _ in range(count))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n" * 65_535, "a\n" * 32_768),
        (_random_lines(2, 32_768, 1), _random_lines(2, 32_768, 2)),
        (_random_lines(26, 32_768, 1), _random_lines(26, 32_768, 2)),
        ("\n".join(str(n) for n in range(13_000)), "\n".join(str(n) for n in reversed(range(13_000)))),
        ("x" * 65_536, "y" * 65_536),
        ("ab\n" * 16_384 + "cd\n" * 5_000, "cd\n" * 5_000 + "ab\n" * 16_384),
    ],
)
def test_hard_texts_take_bounded_time(old: str, new: str) -> None:
    started = time.process_time()
    hunks = structured(old, new)
    assert time.process_time() - started < 2
    assert applied(hunks, old) == new
