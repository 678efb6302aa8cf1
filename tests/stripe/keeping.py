"""Idempotency keys: an answer is kept for 24 hours and given again, errors too; with other parameters it is refused."""

import json
from dataclasses import dataclass
from hashlib import sha256

from tests.stripe.errors import RefusedError
from tests.stripe.world import DAY, World


@dataclass(frozen=True)
class Answer:
    """What goes back over the wire."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    # How long it takes.
    seconds: float = 0

    def replayed(self) -> "Answer":
        """The same, from what was kept."""
        return Answer(self.status, self.body, (*self.headers, ("Idempotent-Replayed", "true")))


@dataclass(frozen=True)
class _Kept:
    fingerprint: str
    at: int
    answer: Answer


class Keys:
    """The keys of a world, and what was answered to each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[tuple[str | None, str], _Kept] = {}

    def fingerprint(self, method: str, path: str, params: object) -> str:
        """Of a request."""
        return sha256(json.dumps([method, path, params], sort_keys=True).encode()).hexdigest()

    def find(self, account: str | None, key: str, fingerprint: str) -> Answer | None:
        """What was answered to this key. Raises `RefusedError` where that was another request."""
        if len(key) > 255:
            raise RefusedError("Idempotency keys have up to 255 characters.", type="idempotency_error")
        kept = self._kept.get((account, key))
        if kept is None or self._world.clock.now() - kept.at >= DAY:
            return None
        if kept.fingerprint != fingerprint:
            message = f"Keys can only be used with the same parameters they were first used with; not so '{key}'."
            raise RefusedError(message, type="idempotency_error")
        return kept.answer

    def keep(self, account: str | None, key: str, fingerprint: str, answer: Answer) -> None:
        """Keep an answer."""
        self._kept[account, key] = _Kept(fingerprint, self._world.clock.now(), answer)
