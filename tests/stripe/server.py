"""The API: a request in, an answer out. Everything else of the fake hangs on it."""

import json
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.stripe import checkout, portal, transfers  # noqa: F401 -- they and what they import register their routes
from tests.stripe.errors import RefusedError
from tests.stripe.events import API_VERSION, Events
from tests.stripe.faults import BrokenError, Fault, Faults, Kind
from tests.stripe.forms import decoded
from tests.stripe.handlers import HANDLERS, Call, answered
from tests.stripe.keeping import Answer, Keys
from tests.stripe.routes import Route, routed
from tests.stripe.shapes import fitting
from tests.stripe.world import Choices, Obj, World

KEY = "sk_test_of_the_fake"
_FAILED = {"error": {"type": "api_error", "message": "An unknown error occurred"}}


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def name(self) -> str:
        """As faults are fitted."""
        return f"{self.method.upper()} {self.path}"


class Stripe:
    """The whole fake. `asked` lists the requests that came."""

    def __init__(
        self, choices: Choices | None = None, *, start: int | None = None, keys: frozenset[str] = frozenset({KEY})
    ) -> None:
        self.world = World(choices, start=start)
        self.events = Events(self.world)
        self.faults = Faults()
        self.keys = keys
        self.kept = Keys(self.world)
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> Answer:
        """Answer. Raises `BrokenError` where the connection is to break."""
        self.asked.append(asked)
        self.world.tick()
        fault = self.faults.take(asked.name)
        if fault is not None and (early := self._early(fault)) is not None:
            return early
        try:
            answer = self._answer(asked, fails_after=fault is not None and fault.kind is Kind.ERROR_AFTER)
        except RefusedError as error:
            answer = self._refusal(error)
        if fault is not None and fault.kind is Kind.RESET_AFTER:
            raise BrokenError
        if fault is None:
            return answer
        return Answer(answer.status, answer.body, (*answer.headers, *fault.headers()), fault.seconds)

    def _early(self, fault: Fault) -> Answer | None:
        """What happens before the request is done, if that is all."""
        if fault.kind is Kind.RESET_BEFORE:
            raise BrokenError
        refusals = {
            Kind.ERROR_BEFORE: (500, "api_error", None, "An unknown error occurred"),
            Kind.CONFLICT: (409, "invalid_request_error", "lock_timeout", "This object cannot be accessed right now"),
            Kind.RATE_LIMIT: (429, "invalid_request_error", "rate_limit", "Request rate limit exceeded"),
            Kind.UNAUTHORIZED: (401, "invalid_request_error", None, "Invalid API Key provided"),
            Kind.KEY_EXPIRED: (401, "invalid_request_error", "api_key_expired", "Expired API Key provided"),
            Kind.FORBIDDEN: (
                403,
                "invalid_request_error",
                None,
                "The provided key does not have the required permissions",
            ),
        }
        if fault.kind not in refusals:
            return None
        status, kind, code, message = refusals[fault.kind]
        made = self._refusal(RefusedError(message, status=status, type=kind, code=code))
        return Answer(made.status, made.body, (*made.headers, *fault.headers()))

    def _answer(self, asked: Asked, *, fails_after: bool) -> Answer:
        self._check_head(asked)
        found = routed(asked.method, asked.path)
        if found is None:
            message = f"Unrecognized request URL ({asked.name})."
            raise RefusedError(message, status=404)
        route, places = found
        handler = HANDLERS.get(route.name)
        if handler is None:
            raise RefusedError(f"This fake does not know {route.name}: tests/stripe has to learn it.", status=404)
        account = asked.headers.get("stripe-account")
        params = self._params(asked, route)
        call = Call(places, params, account, params.get("expand", []))
        if asked.method == "get":
            return self._json(answered(self.world, handler(self.world, call), call))
        key = asked.headers.get("idempotency-key", "")
        fingerprint = self.kept.fingerprint(asked.method, asked.path, params)
        if key and (kept := self.kept.find(account, key, fingerprint)) is not None:
            return self._again(kept, call, route)
        answer = self._done(handler, call, key, fails_after)
        if key:
            self.kept.keep(account, key, fingerprint, answer)
        return answer

    def _check_head(self, asked: Asked) -> None:
        key = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if key not in self.keys:
            raise RefusedError("Invalid API Key provided", status=401)
        version = asked.headers.get("stripe-version")
        if version != API_VERSION:
            raise RefusedError(f"Invalid Stripe API version: {version}; this fake speaks {API_VERSION}.")
        account = asked.headers.get("stripe-account")
        if account is not None and self.world.by_id.get(account, {}).get("object") != "v2.core.account":
            raise RefusedError("The provided key does not have access to account", status=403, code="account_invalid")

    def _params(self, asked: Asked, route: Route) -> Obj:
        """The parameters, through gate 1. What fails here is not kept under its key."""
        is_json = asked.path.startswith("/v2/") and asked.method == "post"
        try:
            text = asked.body.decode() if asked.method == "post" else asked.query
            given = (json.loads(text) if text else {}) if is_json else decoded(text)
        except ValueError as error:
            raise RefusedError("Invalid request body.") from error
        shape = route.shape()
        if shape is None:
            if given:
                raise RefusedError(f"Received unknown parameter: {min(given)}", code="parameter_unknown")
            return {}
        fitted: Obj = fitting(shape, given, strict=is_json)
        return fitted

    def _done(self, handler: object, call: Call, key: str, fails_after: bool) -> Answer:
        self.world.request = {"id": self.world.new_id("req"), "idempotency_key": key or None}
        try:
            made = handler(self.world, call)  # type: ignore[operator]
            return self._json(_FAILED, 500) if fails_after else self._json(answered(self.world, made, call))
        except RefusedError as error:
            return self._refusal(error)
        finally:
            self.world.request = {"id": None, "idempotency_key": None}

    def _again(self, kept: Answer, call: Call, route: Route) -> Answer:
        """v1 gives the kept answer, however old; v2 the object as it is now."""
        if route.path.startswith("/v2/") and kept.status == 200:
            name = json.loads(kept.body).get("id", "")
            if name in self.world.by_id:
                return self._json(answered(self.world, self.world.by_id[name], call))
        return kept.replayed()

    def _json(self, body: Obj, status: int = 200) -> Answer:
        headers = (("Request-Id", self.world.new_id("req")), ("Stripe-Version", API_VERSION))
        return Answer(status, json.dumps(body).encode(), (("Content-Type", "application/json"), *headers))

    def _refusal(self, error: RefusedError) -> Answer:
        return self._json(error.body(), error.status)


def asked_from(method: str, url: str, headers: dict[str, str], body: bytes) -> Asked:
    """A request by its address."""
    parts = urlsplit(url)
    return Asked(
        method.lower(), parts.path, parts.query, {name.lower(): value for name, value in headers.items()}, body
    )
