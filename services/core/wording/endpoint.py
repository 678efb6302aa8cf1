"""The gate's second implementation: a service that judges texts, as OpenAI's `POST /moderations` does.

It gets the bare texts of one request, in one call, and no word of whose they are. It answers with a score for each
category; from a category's threshold on the text is refused. An answer that lacks one of these categories, or that is
not one result for each text, is no answer.

Whoever waits for it waits for a person, so one call has a few seconds, and a service that failed is not asked again for
`PAUSE_SECONDS`; then one request tries it for all. While it cannot judge, texts are shown (`open`; the list of words
still holds) or refused with `UncheckedError` (`closed`), as the settings say. An answer that blames this very text
(400, 413, 422) says nothing about the others and does not stop the asking, or one odd text would open the gate for all.

No transaction, lock or claim may be held around `refused`. No text, and no word of the service's, gets into a log.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping

import httpx2
import structlog
from prometheus_client import Counter
from pydantic import BaseModel, ValidationError

from services.core.kit.errors import UnavailableError
from services.core.kit.tls import authorities
from services.core.wording.settings import Failing, WordingSettings

PAUSE_SECONDS = 10.0
MAX_ANSWER_BYTES = 262_144
_ABOUT_THE_TEXT = frozenset({400, 413, 422})

JUDGED = Counter("texts_judged_total", "Requests to the moderation endpoint, by outcome.", ["outcome"])

log = structlog.get_logger("wording")


class UncheckedError(UnavailableError):
    """What should judge texts does not answer, and this site shows none unjudged."""

    code = "texts_unchecked"
    title = "Texts cannot be checked at the moment"

    def __init__(self, retry_after: float) -> None:
        super().__init__("Texts cannot be checked at the moment. Nothing was kept; try again", math.ceil(retry_after))


class _Result(BaseModel):
    category_scores: dict[str, float | None]


class _Answer(BaseModel):
    results: list[_Result]


class _NoJudgementError(Exception):
    """The service gave none; `is_about_the_text` says that another text may get one."""

    def __init__(self, cause: str, *, is_about_the_text: bool = False) -> None:
        super().__init__(cause)
        self.is_about_the_text = is_about_the_text


class Circuit:
    """Whether to ask a service that may be down: not for a pause after it failed, then by one request at a time."""

    def __init__(self, pause: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._pause = pause
        self._clock = clock
        self._open_until: float | None = None
        self._is_tried = False

    def admits(self) -> bool:
        """Whether this request asks; if so, `settle` has to follow."""
        if self._open_until is None:
            return True
        if self._is_tried or self._clock() < self._open_until:
            return False
        self._is_tried = True
        return True

    def settle(self, *, works: bool | None) -> None:
        """What came of it; None where whoever asked left before that was known."""
        self._is_tried = False
        if works is not None:
            self._open_until = None if works else self._clock() + self._pause

    @property
    def remaining(self) -> float:
        """Seconds until it is tried again, one at least."""
        return max(1.0, (self._open_until or 0.0) - self._clock())


class ModerationEndpoint:
    """Refuses what a service scores too high. `aclose` it."""

    def __init__(self, settings: WordingSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._thresholds = settings.thresholds
        self._model = settings.endpoint_model
        self._seconds = settings.endpoint_seconds
        self._fails = settings.endpoint_fails
        self._url = f"{settings.endpoint.rstrip('/')}/moderations"
        self._circuit = Circuit(PAUSE_SECONDS, clock)
        headers = {"Authorization": f"Bearer {settings.endpoint_key}"} if settings.endpoint_key else {}
        self._client = httpx2.AsyncClient(verify=authorities(), headers=headers, timeout=self._seconds, trust_env=False)

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """The first text that is scored too high. Raises `UncheckedError` where nobody could score and that closes."""
        if not texts:
            return None
        if not self._circuit.admits():
            self._note_unjudged("paused")
            return None
        results, works = None, None
        try:
            results, works = await self._ask(list(texts.values())), True
        except _NoJudgementError as error:
            works = error.is_about_the_text
            log.warning("texts_unchecked", cause=str(error), fails=self._fails.value)
        finally:
            self._circuit.settle(works=works)
        if results is None:
            self._note_unjudged("failed")
            return None
        found = next((name for name, result in zip(texts, results, strict=True) if self._is_over(result)), None)
        JUDGED.labels("shown" if found is None else "refused").inc()
        return found

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _note_unjudged(self, outcome: str) -> None:
        """Count it, and raise where no text passes unjudged."""
        JUDGED.labels(outcome).inc()
        if self._fails is Failing.CLOSED:
            raise UncheckedError(self._circuit.remaining)

    def _is_over(self, result: _Result) -> bool:
        scores = result.category_scores
        return any((scores[name] or 0.0) >= threshold for name, threshold in self._thresholds.items())

    async def _ask(self, texts: list[str]) -> list[_Result]:
        """A result for each text; raises `_NoJudgementError`."""
        body = {"model": self._model, "input": texts}
        try:
            async with asyncio.timeout(self._seconds), self._client.stream("POST", self._url, json=body) as got:
                if got.status_code != 200:
                    raise _NoJudgementError(
                        f"status {got.status_code}", is_about_the_text=got.status_code in _ABOUT_THE_TEXT
                    )
                answer = _Answer.model_validate_json(await _bounded(got))
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            raise _NoJudgementError(type(error).__name__) from None
        except ValidationError:
            raise _NoJudgementError("an answer of another form") from None
        if len(answer.results) != len(texts):
            raise _NoJudgementError("not one result for each text")
        for result in answer.results:
            missing = [name for name in self._thresholds if result.category_scores.get(name) is None]
            if missing:
                raise _NoJudgementError(f"no score for {missing[0]}")
        return answer.results


async def _bounded(got: httpx2.Response) -> bytes:
    body = b""
    async for piece in got.aiter_bytes():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise _NoJudgementError("a long answer")
    return body
