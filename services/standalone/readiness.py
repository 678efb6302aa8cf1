"""Whether the site answers, and what it lacks."""

import http.client
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """`ready`, or `lacks`: which parts the site says it waits for, and None when it gave no answer."""

    ready: bool
    lacks: str | None = None


def ask(host: str, port: int, *, timeout: float = 1.0) -> Answer:
    """What `GET /readyz` says."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    connection = http.client.HTTPConnection(target, port, timeout=timeout)
    try:
        connection.request("GET", "/readyz")
        response = connection.getresponse()
        return Answer(ready=True) if response.status == 200 else Answer(ready=False, lacks=_lacks(response.read()))
    except (OSError, http.client.HTTPException):
        return Answer(ready=False)
    finally:
        connection.close()


def _lacks(body: bytes) -> str:
    try:
        checks = json.loads(body)["checks"]
        return ", ".join(f"{name}: {state}" for name, state in checks.items() if state != "ok")
    except (ValueError, TypeError, LookupError, AttributeError):
        return "something that it does not name"
