"""A Kubernetes client for tests: objects are dicts, paths are written out, warnings are kept.

`Kube.get` gives None for what is not there; every other refusal is a `KubeError` with its code and sentence.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx2
import pytest

Object = dict[str, Any]
T = TypeVar("T")

_TYPES = {"merge": "application/merge-patch+json", "apply": "application/apply-patch+yaml"}


class KubeError(Exception):
    """The API server refused."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def path(version: str, plural: str, namespace: str | None = None, name: str = "", sub: str = "") -> str:
    """The path of a collection, an object, or a part of one."""
    parts = ["api" if version == "v1" else "apis", version]
    parts += ["namespaces", namespace] if namespace else []
    return "/" + "/".join([*parts, plural, *([name] if name else []), *([sub] if sub else [])])


class Kube:
    """One user of one API server."""

    def __init__(self, server: str, authority: Path, token: str) -> None:
        self.server, self.authority, self.token = server, authority, token
        self.warnings: list[str] = []
        self._client = httpx2.Client(
            base_url=server,
            verify=ssl.create_default_context(cafile=str(authority)),
            headers={"Authorization": f"Bearer {token}"},
            timeout=20,
            trust_env=False,
        )

    def request(self, method: str, where: str, body: Any = None, *, kind: str = "", **params: str) -> Object:
        """Ask, and give the answer's object."""
        headers = {"Content-Type": _TYPES.get(kind, "application/json")}
        content = None if body is None else json.dumps(body)
        answer = self._client.request(method, where, content=content, headers=headers, params=params)
        self.warnings += answer.headers.get_list("Warning")
        if answer.is_error:
            raise KubeError(answer.status_code, _sentence(answer))
        found: Object = answer.json() if answer.headers.get("Content-Type", "").startswith("application/json") else {}
        return found

    def get(self, where: str) -> Object | None:
        """An object, or None."""
        try:
            return self.request("GET", where)
        except KubeError as error:
            if error.code != 404:
                raise
            return None

    def need(self, where: str) -> Object:
        """An object that must be there."""
        return self.request("GET", where)

    def list(self, where: str, labels: str = "") -> list[Object]:
        """All objects of a collection."""
        found: list[Object] = self.request("GET", where, labelSelector=labels)["items"]
        return found

    def create(self, where: str, body: Object) -> Object:
        """Make an object in a collection."""
        return self.request("POST", where, body)

    def merge(self, where: str, patch: Object, *, manager: str = "tests") -> Object:
        """A merge patch."""
        return self.request("PATCH", where, patch, kind="merge", fieldManager=manager)

    def delete(self, where: str) -> None:
        """Delete an object; it may be gone already."""
        try:
            self.request("DELETE", where)
        except KubeError as error:
            if error.code != 404:
                raise

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


@contextmanager
def refused(code: int, *words: str) -> Iterator[None]:
    """What is done inside must be refused with this code and these words."""
    with pytest.raises(KubeError) as caught:
        yield
    assert caught.value.code == code, caught.value
    missing = [word for word in words if word not in caught.value.message]
    assert not missing, f"{missing} is not in: {caught.value.message}"


def _sentence(answer: httpx2.Response) -> str:
    try:
        return str(answer.json().get("message", answer.text))
    except ValueError:
        return answer.text


def until(what: str, look: Callable[[], T], seconds: float = 60, every: float = 0.2) -> T:
    """What `look` gives as soon as it gives something; connections that fail meanwhile count as nothing."""
    deadline = time.monotonic() + seconds
    last: object = None
    while time.monotonic() < deadline:
        try:
            found = look()
            last = found
            if found:
                return found
        except (httpx2.HTTPError, KubeError) as error:
            last = error
        time.sleep(every)
    raise AssertionError(f"{what}: not within {seconds:g} s, at last {last!r}")


def steady(what: str, look: Callable[[], bool], seconds: float, every: float = 0.2) -> None:
    """`look` must be true all the time; a connection that fails says nothing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            held = look()
        except httpx2.HTTPError:
            continue
        assert held, f"{what} did not hold"
        time.sleep(every)
