"""The gate that asks a service, over a socket: what it refuses, and what becomes of texts that nobody judges."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.core.wording.choose import open_gate
from services.core.wording.endpoint import PAUSE_SECONDS, ModerationEndpoint, UncheckedError
from services.core.wording.settings import Failing, WordingSettings
from tests.fixtures.moderation_endpoint import KEY, Judge
from tests.fixtures.ports import on_a_port

TEXTS = {"title": "Tide", "tags": "sea\nfoam"}
BAD = {"title": "Tide", "description": "a vile thing"}


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Where the key lies."""
    (tmp_path / "key").write_text(f"{KEY}\n")
    return tmp_path / "key"


def settings_of(judge: Judge, key_file: Path, fails: Failing = Failing.OPEN, **more: str | float) -> WordingSettings:
    given = {"endpoint": judge.url, "endpoint_key_file": key_file, "endpoint_fails": fails, "endpoint_seconds": 20.0}
    return WordingSettings.model_validate(given | more)


class Clock:
    """A time that passes when it is told to."""

    now = 1_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@asynccontextmanager
async def endpoint(settings: WordingSettings, clock: Clock | None = None) -> AsyncIterator[ModerationEndpoint]:
    async with aclosing(ModerationEndpoint(settings, clock or Clock())) as opened:
        yield opened


async def test_what_scores_too_high_is_refused_by_its_field(judge: Judge, key_file: Path) -> None:
    judge.scores = {"vile": ("hate", 0.6), "rough": ("hate", 0.59), "grim": ("violence", 0.99)}
    async with open_gate(settings_of(judge, key_file)) as gate:
        assert await gate.refused(TEXTS) is None
        assert await gate.refused(BAD) == "description"
        assert await gate.refused({"title": "a rough, grim tide"}) is None, "below, and a category that nobody named"
        assert await gate.refused({}) is None
        assert await gate.refused({"title": "a faggot"}) == "title"
    assert [body["input"] for body in judge.asked] == [
        ["Tide", "sea\nfoam"],
        ["Tide", "a vile thing"],
        ["a rough, grim tide"],
    ], "one request for all texts, none for what the list refuses"


async def test_a_site_chooses_categories_and_scores(judge: Judge, key_file: Path) -> None:
    judge.scores = {"vile": ("hate", 0.9), "grim": ("violence/graphic", 0.3)}
    settings = settings_of(judge, key_file, endpoint_categories="violence/graphic=0.3, sexual=1")
    async with endpoint(settings) as gate:
        assert await gate.refused(BAD) is None
        assert await gate.refused({"note": "grim"}) == "note"


@pytest.mark.parametrize("fails", Failing)
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 429},
        {"status": 401},
        {"status": 302},
        {"instead": b"vile nonsense"},
        {"instead": b'{"results": []}'},
        {"instead": b'{"results": [{"category_scores": {"hate": "vile"}}, {}]}'},
        {"missing": frozenset({"sexual/minors"})},
        {"instead": b"[" + b"0," * 300_000 + b"0]"},
    ],
    ids=["down", "too often", "a wrong key", "elsewhere", "no JSON", "too few", "no scores", "a score less", "endless"],
)
async def test_a_service_that_fails_is_left_alone_for_a_while(
    judge: Judge, key_file: Path, fails: Failing, fault: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in fault.items():
        setattr(judge, name, value)
    clock = Clock()
    async with endpoint(settings_of(judge, key_file, fails), clock) as gate:
        for _ in range(3):
            await _is_unjudged(gate, fails)
        assert len(judge.asked) == 1
        clock.now += PAUSE_SECONDS
        await _is_unjudged(gate, fails)
        assert len(judge.asked) == 2
        judge.status, judge.instead, judge.missing = 200, None, frozenset()
        judge.scores = {"vile": ("hate", 1.0)}
        clock.now += PAUSE_SECONDS
        assert [await gate.refused(BAD) for _ in range(2)] == ["description"] * 2
    said = capsys.readouterr().out
    assert "texts_unchecked" in said
    assert not any(word in said for word in ("vile", "Tide", KEY))


async def _is_unjudged(gate: ModerationEndpoint, fails: Failing) -> None:
    if fails is Failing.OPEN:
        assert await gate.refused(BAD) is None
        return
    with pytest.raises(UncheckedError) as caught:
        await gate.refused(BAD)
    assert caught.value.headers["Retry-After"] == str(int(PAUSE_SECONDS))
    assert "vile" not in str(caught.value)


async def test_a_text_that_it_cannot_read_does_not_open_the_gate_for_others(judge: Judge, key_file: Path) -> None:
    async with endpoint(settings_of(judge, key_file)) as gate:
        judge.status = 400
        assert await gate.refused(TEXTS) is None
        judge.status, judge.scores = 200, {"vile": ("hate", 1.0)}
        assert await gate.refused(BAD) == "description"


async def test_who_leaves_does_not_open_it_either(judge: Judge, key_file: Path) -> None:
    judge.silent = asyncio.Event()
    async with endpoint(settings_of(judge, key_file)) as gate:
        leaving = asyncio.create_task(gate.refused(TEXTS))
        await judge.reached.wait()
        leaving.cancel()
        await asyncio.wait([leaving])
        judge.silent.set()
        judge.scores = {"vile": ("hate", 1.0)}
        assert await gate.refused(BAD) == "description"


async def test_one_that_says_nothing_is_waited_for_once(judge: Judge, key_file: Path) -> None:
    judge.silent = asyncio.Event()
    clock = Clock()
    async with endpoint(settings_of(judge, key_file, Failing.CLOSED, endpoint_seconds=0.05), clock) as gate:
        for _ in range(2):
            await _is_unjudged(gate, Failing.CLOSED)
        assert len(judge.asked) <= 1
    judge.silent.set()


async def test_after_the_pause_one_request_tries_it_for_all(judge: Judge, key_file: Path) -> None:
    judge.status = 503
    clock = Clock()
    async with endpoint(settings_of(judge, key_file), clock) as gate:
        await gate.refused(TEXTS)
        judge.status, judge.silent = 200, asyncio.Event()
        judge.reached.clear()
        clock.now += PAUSE_SECONDS
        tries = asyncio.create_task(gate.refused(TEXTS))
        await judge.reached.wait()
        assert await gate.refused(BAD) is None
        judge.silent.set()
        await tries
        assert len(judge.asked) == 2


async def test_nobody_listens(key_file: Path) -> None:
    async def nothing(scope: object, receive: object, send: object) -> None:
        """Never asked."""

    async with on_a_port(nothing) as gone:
        pass
    settings = settings_of(Judge(url=gone), key_file, Failing.CLOSED)
    async with endpoint(settings) as gate:
        await _is_unjudged(gate, Failing.CLOSED)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"endpoint": "api.example.org/v1"}, "FRACTAFRAG_WORDING_ENDPOINT"),
        ({"endpoint": "https://key@api.example.org/v1"}, "FRACTAFRAG_WORDING_ENDPOINT"),
        ({"endpoint": "https://api.example.org", "endpoint_categories": "hate"}, "ENDPOINT_CATEGORIES"),
        ({"endpoint": "https://api.example.org", "endpoint_categories": "hate=1.5"}, "ENDPOINT_CATEGORIES"),
        ({"endpoint": "https://api.example.org", "endpoint_categories": ","}, "ENDPOINT_CATEGORIES"),
    ],
)
def test_settings_that_say_nothing_are_refused(given: dict[str, str], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        WordingSettings.model_validate(given)


def test_in_production_a_key_goes_by_https_alone(key_file: Path) -> None:
    WordingSettings(endpoint="http://judge.default.svc/v1").check_production()
    with pytest.raises(ValueError, match="https"):
        WordingSettings(endpoint="http://judge.default.svc/v1", endpoint_key_file=key_file).check_production()
