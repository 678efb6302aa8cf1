"""Whose picture is drawn next: fair queueing on two levels, as pure code.

Renderers' time is shared between lanes (what is drawn) by `LANES`, and within a lane between accounts by their weights
(self-clocked fair queueing, Golestani 1994). `had` says what somebody has had, in seconds divided by the weight; who
would be lowest after one more job goes next, and where that leads to is the clock. Who comes anew begins at the clock,
or beside the lowest of those who wait: idle time is neither paid for nor saved up. So of two that always have something
waiting neither gets ahead of the other by more than a job of each, whatever anybody else does, and nobody starves.

What a job costs is known when it is drawn. `choose` takes the lane's mean for it, `settle` corrects that.

`Shares` is kept as one JSON document (queue.py). It holds who waits and who is ahead of the clock, and nobody else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, Field

_MEAN_WEIGHT = 0.1
_FIRST_GUESS = 0.4


class Lane(StrEnum):
    """What a picture is for, in the order of its urgency."""

    PUBLISHED = "published"
    DRAFT = "draft"
    LOOP = "loop"
    # Pictures that are taken again, and those of versions that are not the newest any more.
    LATER = "later"


# While all of them wait, each has four times what the next one has; alone, any of them has everything.
LANES = {Lane.PUBLISHED: 64.0, Lane.DRAFT: 16.0, Lane.LOOP: 4.0, Lane.LATER: 1.0}


@dataclass(frozen=True, slots=True)
class Flow:
    """The jobs of one account in one lane."""

    lane: Lane
    account: str
    weight: float = 1.0


class Level(BaseModel):
    """What those who share something have had of it, by name."""

    clock: float = 0.0
    had: dict[str, float] = Field(default_factory=dict)

    def choose(self, weights: Mapping[str, float], seconds: float) -> str:
        """Who of those who wait is next for a job of about `seconds`; of equals the first."""
        kept = {name: had for name, had in self.had.items() if name in weights or had > self.clock}
        newcomers = min([self.clock, *(kept[name] for name in weights if name in kept)])
        self.had = dict.fromkeys(weights, newcomers) | kept
        chosen = min(weights, key=lambda name: self.had[name] + seconds / weights[name])
        self.clock = max(self.clock, self.had[chosen] + seconds / weights[chosen])
        return chosen

    def charge(self, name: str, share: float) -> None:
        """Somebody has had this much more, or less."""
        self.had[name] = self.had.get(name, self.clock) + share


class Accounts(Level):
    """The accounts in a lane, and how long its jobs take."""

    seconds: float = _FIRST_GUESS


class Shares(BaseModel):
    """What everybody has had of the renderers."""

    lanes: Level = Field(default_factory=Level)
    accounts: dict[Lane, Accounts] = Field(default_factory=lambda: {lane: Accounts() for lane in Lane})

    def choose(self, waiting: Sequence[Flow]) -> tuple[Flow, float]:
        """The flow of `waiting` whose job is next, and the seconds that it was charged. Of equals the first goes."""
        open_lanes = {flow.lane for flow in waiting}
        lane = Lane(self.lanes.choose({each: LANES[each] for each in LANES if each in open_lanes}, _FIRST_GUESS))
        flows = {flow.account: flow for flow in waiting if flow.lane is lane}
        accounts = self.accounts[lane]
        charged = accounts.seconds
        flow = flows[accounts.choose({account: each.weight for account, each in flows.items()}, charged)]
        self._charge(flow, charged)
        return flow, charged

    def settle(self, flow: Flow, charged: float, seconds: float) -> None:
        """A job of `flow` took `seconds`, and not what it was charged."""
        accounts = self.accounts[flow.lane]
        accounts.seconds += _MEAN_WEIGHT * (seconds - accounts.seconds)
        self._charge(flow, seconds - charged)

    def refund(self, flow: Flow, charged: float) -> None:
        """There was nothing to draw."""
        self._charge(flow, -charged)

    def _charge(self, flow: Flow, seconds: float) -> None:
        self.lanes.charge(flow.lane, seconds / LANES[flow.lane])
        self.accounts[flow.lane].charge(flow.account, seconds / flow.weight)
