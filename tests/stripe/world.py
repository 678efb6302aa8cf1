"""What the fake remembers: its objects, its clock, and what is due."""

import copy
import heapq
import itertools
import secrets
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.stripe.errors import RefusedError, invalid, missing

Obj = dict[str, Any]
DAY = 86_400
_COUNTRIES = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK US"


class Clock:
    """Stripe's time in whole seconds: the machine's and what it was moved by, or a time at which it stands."""

    def __init__(self, start: int | None = None) -> None:
        self._offset = 0
        self._stands = start

    def now(self) -> int:
        """Seconds since 1970."""
        return int(time.time()) + self._offset if self._stands is None else self._stands

    @property
    def ahead(self) -> int:
        """How far it was moved."""
        return self._offset

    def move(self, seconds: int) -> None:
        """Let time pass."""
        if self._stands is None:
            self._offset += seconds
        else:
            self._stands += seconds

    def stand(self, at: int) -> None:
        """Stop at a time; from then on it is only moved."""
        self._stands = at

    def copy(self) -> tuple[int, int | None]:
        """What `restore` takes."""
        return self._offset, self._stands

    def restore(self, was: tuple[int, int | None]) -> None:
        """Set it as it was."""
        self._offset, self._stands = was


@dataclass
class Choices:
    """How this Stripe behaves, where the real one depends on its account or on chance."""

    currency: str = "usd"
    country: str = "US"
    # Of connected accounts; a transfer to another is refused.
    transfer_countries: frozenset[str] = frozenset(_COUNTRIES.split())
    # Seconds from a payment to its balance transaction, from there to its availability, and to what goes wrong later.
    capture_after: int = 2
    available_after: int = 2 * DAY
    failure_after: int = 60
    fee_permille: int = 29
    fee_fixed: int = 30
    dispute_fee: int = 1_500
    link_seconds: int = 300
    # Whether a refund may take the balance below zero (Stripe collects from the bank); else it waits for money.
    overdraft: bool = True
    # Whether who asks has a clock that is not moved with this one.
    asker_stays: bool = False
    # Where its pages are; set once the port is known.
    pages: str = "https://fake.stripe.invalid"


@dataclass(order=True)
class _Due:
    at: int
    number: int
    action: Callable[[], object] = field(compare=False)


class World:
    """All of it. Objects are what the API answers, with ids in place of objects; `views` adds what is looked up."""

    def __init__(self, choices: Choices | None = None, *, start: int | None = None) -> None:
        self.choices = choices or Choices()
        self.clock = Clock(start)
        self.by_id: dict[str, Obj] = {}
        self.by_kind: dict[str, list[Obj]] = defaultdict(list)
        # What Stripe knows and does not tell, by the id of the object.
        self.secret: dict[str, Obj] = defaultdict(dict)
        # Told of everything that happens: (type, object, account, what it was before).
        self.listeners: list[Callable[[str, Obj, str | None, Obj | None], None]] = []
        self.request: Obj = {"id": None, "idempotency_key": None}
        self._numbers = itertools.count(1)
        self._tag = secrets.token_hex(4)
        self._due: list[_Due] = []

    # Objects

    def new_id(self, prefix: str) -> str:
        """An id that no other world has."""
        return f"{prefix}_{self._tag}{next(self._numbers):08d}"

    def number(self) -> int:
        """The next number."""
        return next(self._numbers)

    def add(self, made: Obj) -> Obj:
        """Keep an object; its time, unless it says one, is now."""
        made.setdefault("created", self.clock.now())
        self.by_id[made["id"]] = made
        self.by_kind[made["object"]].append(made)
        return made

    def find(self, kind: str, name: str, param: str = "id") -> Obj:
        """The object of that kind. Raises `RefusedError` as Stripe does."""
        found = self.by_id.get(name)
        if found is None or found["object"] != kind:
            raise missing(kind, name, param)
        return found

    def of(self, kind: str, **members: Any) -> list[Obj]:
        """All objects of a kind with these members, oldest first."""
        return [each for each in self.by_kind[kind] if all(each.get(name) == value for name, value in members.items())]

    # Time

    def later(self, seconds: int, action: Callable[[], object]) -> None:
        """Do something when that time has passed."""
        heapq.heappush(self._due, _Due(self.clock.now() + seconds, next(self._numbers), action))

    def tick(self) -> None:
        """Do what is due, each at its own time."""
        target = self.clock.now()
        while self._due and self._due[0].at <= target:
            due = heapq.heappop(self._due)
            was = self.clock.copy()
            self.clock.stand(due.at)
            try:
                due.action()
            finally:
                self.clock.restore(was)

    def advance(self, seconds: int) -> None:
        """Let time pass, and with it what is due."""
        self.clock.move(seconds)
        self.tick()

    def written(self, at: int | None = None) -> str:
        """A time as API v2 has it."""
        moment = datetime.fromtimestamp(self.clock.now() if at is None else at, UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    # What happens

    def emit(self, kind: str, about: Obj, *, account: str | None = None, was: Obj | None = None) -> None:
        """Something happened to an object. `was`: members as they were before."""
        for listener in self.listeners:
            listener(kind, about, account, was)

    def change(self, about: Obj, event: str, account: str | None = None, **members: Any) -> None:
        """Change members, and tell."""
        was = {name: about.get(name) for name, value in members.items() if about.get(name) != value}
        about.update(members)
        self.emit(event, about, account=account, was=was)


# Views: what the API shows of an object.

LAZY: dict[tuple[str, str], Callable[[World, Obj], Any]] = {}
SHOWN: dict[str, Callable[[World, Obj], Obj]] = {}


def shown(world: World, about: Obj, expand: Iterable[str] = ()) -> Obj:
    """A copy of an object as the API answers it. Raises `RefusedError` for what cannot be expanded."""
    made = copy.deepcopy(about)
    if (view := SHOWN.get(about["object"])) is not None:
        made.update(view(world, about))
    for path in expand:
        if path.count(".") > 3:
            raise invalid("expand", f"You cannot expand more than 4 levels of a property: {path}")
        _expand(world, made, path)
    return made


def _expand(world: World, made: Obj, path: str) -> None:
    head, _, rest = path.partition(".")
    kind = (made.get("object", ""), head)
    if kind in LAZY and not isinstance(made.get(head), dict):
        made[head] = LAZY[kind](world, world.by_id[made["id"]])
    elif head not in made:
        raise invalid("expand", f"This property cannot be expanded ({head}).")
    value = made[head]
    if isinstance(value, str):
        if value not in world.by_id:
            raise invalid("expand", f"This property cannot be expanded ({head}).")
        value = made[head] = shown(world, world.by_id[value])
    for each in value if isinstance(value, list) else [value]:
        if rest and isinstance(each, dict):
            _expand(world, each, rest)


def listed(url: str, objects: Iterable[Obj]) -> Obj:
    """A whole list inside of an object."""
    return {"object": "list", "data": list(objects), "has_more": False, "url": url}


def page(world: World, url: str, found: list[Obj], params: Obj) -> Obj:
    """A page of objects, which come oldest first and go newest first."""
    newest = list(reversed([each for each in found if _in_time(each, params.get("created"))]))
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("limit", "it is from 1 to 100", code="parameter_invalid_integer")
    after, before = params.get("starting_after"), params.get("ending_before")
    if after and before:
        raise RefusedError("You may only specify one of these parameters: ending_before, starting_after.")
    names = [each["id"] for each in newest]
    if (cursor := after or before) and cursor not in names:
        raise missing(
            newest[0]["object"] if newest else "object", cursor, "starting_after" if after else "ending_before"
        )
    if before:
        end = names.index(before)
        start = max(0, end - limit)
        chosen, has_more = newest[start:end], start > 0
    else:
        start = names.index(after) + 1 if after else 0
        chosen, has_more = newest[start : start + limit], start + limit < len(newest)
    answer = {"object": "list", "data": [shown(world, each) for each in chosen], "has_more": has_more, "url": url}
    for path in params.get("expand", ()):
        if not path.startswith("data."):
            raise invalid("expand", f"This property cannot be expanded ({path}).")
        _expand(world, answer, path)
    return answer


def _in_time(about: Obj, bounds: Any) -> bool:
    if bounds is None:
        return True
    if isinstance(bounds, int):
        return bool(about["created"] == bounds)
    created = about["created"]
    return bool(
        created > bounds.get("gt", -1)
        and created >= bounds.get("gte", 0)
        and created < bounds.get("lt", created + 1)
        and created <= bounds.get("lte", created)
    )
