"""What the tests share: where the site is, and requests that are repeated while it is busy.

The pods set API_URL and WEB_URL (the Services, or one address outside when the tests go through the Ingress).
PUBLIC_HOST is the name that visitors use, which then stands in each request whatever the address is. A request is
repeated while the answer is 429, 502, 503 or 504 or nobody answers; after `PATIENCE` seconds the last answer counts.
`fail` ends the pod with a sentence, which is what `helm test --logs` shows.
"""

import os
import sys
import time
from typing import Any, NoReturn

import httpx2

API_URL = os.environ["API_URL"].rstrip("/")
WEB_URL = os.environ["WEB_URL"].rstrip("/")
PUBLIC_HOST = os.environ.get("PUBLIC_HOST")
PATIENCE = 60.0
BUSY = {429, 502, 503, 504}


def fail(sentence: str) -> NoReturn:
    """End the test."""
    sys.exit(f"FAILED: {sentence}")


def passed(sentence: str) -> None:
    """Say what has been seen to work."""
    sys.stdout.write(f"ok: {sentence}\n")
    sys.stdout.flush()


def ask(method: str, url: str, *, expect: int = 200, **options: Any) -> httpx2.Response:
    """The answer to a request, which has to have this status."""
    until = time.monotonic() + PATIENCE
    while True:
        answer = _once(method, url, **options)
        if answer is not None and answer.status_code == expect:
            return answer
        if time.monotonic() > until or (answer is not None and answer.status_code not in BUSY):
            said = f"{answer.status_code}: {answer.text[:300]}" if answer is not None else "nobody answers"
            fail(f"{method} {url}: {said}")
        time.sleep(2)


def _once(method: str, url: str, **options: Any) -> httpx2.Response | None:
    if PUBLIC_HOST:
        options["headers"] = {"Host": PUBLIC_HOST, **options.get("headers", {})}
    try:
        return httpx2.request(method, url, timeout=20, trust_env=False, **options)
    except httpx2.TransportError:
        return None
