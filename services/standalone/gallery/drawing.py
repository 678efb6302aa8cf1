"""Watching the gallery's pictures come: which are drawn, which could not be and why, and another try for these.

The shaders of the gallery are known to be good, so a picture that failed is asked for again, after a minute and then
ever more rarely. Each failure is said once, with the reason and the address of the shader, whose page says it too.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.core.renders.validation import reason_of
from services.standalone.gallery.visitor import RefusedError, Visitor

Say = Callable[[str], None]
PAUSES = (60.0, 120.0, 300.0, 600.0, 1200.0, 3600.0, 3600.0)


@dataclass(slots=True)
class _Failure:
    """A work whose newest version has no picture: how often it was asked for again, and when it will be."""

    visitor: Visitor
    title: str
    tries: int = 0
    due: float = 0.0
    # Its failure has been said.
    said: bool = False


@dataclass(slots=True)
class Drawing:
    """`look` again and again until it says that nothing more will happen."""

    authors: Mapping[str, Visitor]
    address: str
    say: Say
    pauses: Sequence[float] = PAUSES
    drawn: int = 0
    total: int = 0
    _failures: dict[str, _Failure] = field(default_factory=dict)

    async def look(self) -> bool:
        """See how far it is, say what is new, ask again what is due; whether all is drawn or given up."""
        works = [(visitor, work) for visitor in self.authors.values() for work in await works_of(visitor)]
        self.total = len(works)
        self.drawn = sum(work["render_status"] == "ready" for _, work in works)
        waiting = sum(work["render_status"] not in ("ready", "failed") for _, work in works)
        failed = {work["id"]: (visitor, work) for visitor, work in works if work["render_status"] == "failed"}
        for shader_id, (visitor, work) in failed.items():
            failure = self._failures.setdefault(shader_id, _Failure(visitor, work["title"]))
            waiting += await self._see_to(shader_id, failure)
        for shader_id, failure in self._failures.items():
            failure.said = failure.said and shader_id in failed
        return waiting == 0

    def sentence(self) -> str:
        """How it stands, for the end."""
        if self.drawn == self.total:
            return f"all {self.total} works are published and drawn"
        names = ", ".join(failure.title for failure in self._failures.values() if failure.said)
        return f"{self.drawn} of {self.total} works are published and drawn; could not be: {names}"

    async def _see_to(self, shader_id: str, failure: _Failure) -> bool:
        """Say why it failed, or ask for another try when that is due; whether one will come."""
        if failure.tries == len(self.pauses) and failure.said:
            return False
        if not failure.said:
            failure.said = True
            render = await failure.visitor.call("GET", f"/api/v1/shaders/{shader_id}/render")
            reason = f"{failure.title} could not be drawn: {reason_of(str(render['failure_code']))}"
            page = f"{self.address}/s/{shader_id}"
            if failure.tries == len(self.pauses):
                self.say(f"{reason} ({page}). It is left alone now; Draw it again on that page asks once more")
                return False
            pause = self.pauses[failure.tries]
            failure.due = time.monotonic() + pause
            self.say(f"{reason} ({page}). It is tried again in {_minutes(pause)}")
        elif time.monotonic() >= failure.due:
            failure.tries += 1
            failure.said = False
            await _ask(failure.visitor, shader_id)
        return True


async def works_of(visitor: Visitor) -> list[dict[str, Any]]:
    """The cards of the author's works."""
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = await visitor.call("GET", f"/api/v1/users/{visitor.handle}/shaders?limit=100{cursor}")
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = f"&cursor={page['next_cursor']}"


async def sign_in(visitors: Iterable[Visitor]) -> None:
    """Sign the authors in: to others their works without a picture are not listed."""
    for visitor in visitors:
        await visitor.sign_in()


async def _ask(visitor: Visitor, shader_id: str) -> None:
    try:
        await visitor.call("POST", f"/api/v1/shaders/{shader_id}/redraw")
    except RefusedError as error:
        if error.status != 404:  # It was deleted in between.
            raise


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 90 else "a minute"
