"""No float is near money: rooms that handle amounts have neither a float nor a division that makes one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "services"
ROOMS = ("bounties", "entitlements", "ledger", "payments", "subscriptions")
FILES = sorted(
    [
        *(path for room in ROOMS for path in (ROOT / "core" / room).rglob("*.py")),
        *(path for room in ROOMS if (path := ROOT / "contracts" / f"{room}.py").exists()),
        *(path for room in ROOMS for path in (ROOT / "api" / "routes").glob(f"{room}*/*.py")),
    ]
)


def floats(tree: ast.AST) -> Iterator[int]:
    """The lines on which a float is named, written or made."""
    for node in ast.walk(tree):
        named = isinstance(node, ast.Name) and node.id in {"float", "round"}
        written = isinstance(node, ast.Constant) and isinstance(node.value, float)
        made = isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div)
        if named or written or made:
            yield getattr(node, "lineno", 0)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_room_of_money_has_no_float(path: Path) -> None:
    assert list(floats(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize("code", ["x / 2", "x = 0.1", "float(x)", "round(x)", "x /= 2", "def f(x: float): ..."])
def test_it_finds_them(code: str) -> None:
    assert list(floats(ast.parse(code))) == [1]
