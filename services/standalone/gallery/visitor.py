"""A demo author's way into the site: plain HTTP, patient, and signed in again when a token has run out.

Every request may be sent twice, because a POST carries an `Idempotency-Key`: `call` repeats it while the site is away,
busy or limits us. `RefusedError` says that the site understood and refused.
"""

import asyncio
from typing import Any

import httpx2

_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 10.0


class RefusedError(RuntimeError):
    """The site refused a request; `code` is the problem's code."""

    def __init__(self, method: str, path: str, status: int, code: str) -> None:
        super().__init__(f"{method} {path}: {status} {code}")
        self.status = status
        self.code = code


class Visitor:
    """One author at the site that `client` reaches."""

    def __init__(self, client: httpx2.AsyncClient, handle: str, password: str) -> None:
        self._client = client
        self.handle = handle
        self._password = password
        self._token: str | None = None
        # Whether the site wanted a confirmed address when the token was made; a new token follows.
        self.held_back = False

    async def register(self, display_name: str) -> None:
        """Make the account, or sign in where it exists; raises `RefusedError` when it is somebody else's."""
        account = {
            "handle": self.handle,
            "email": f"{self.handle}@gallery.example",
            "display_name": display_name,
            "password": self._password,
            "token_transport": "body",
        }
        try:
            answer = await self._send("POST", "/api/v1/auth/register", account, None)
        except RefusedError as error:
            if error.code not in {"handle_taken", "email_taken"}:
                raise
            await self.sign_in()
        else:
            self._take(answer)

    async def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """The JSON answer to a request of this author; `key` makes a POST safe to repeat."""
        try:
            return await self._send(method, path, body, key)
        except RefusedError as error:
            if error.status != 401:
                raise
        await self.sign_in()
        return await self._send(method, path, body, key)

    async def sign_in(self) -> None:
        """Get a new token."""
        given = {"login": self.handle, "password": self._password, "token_transport": "body"}
        self._token = None
        self._take(await self._send("POST", "/api/v1/auth/login", given, None))

    def _take(self, tokens: Any) -> None:
        self._token, self.held_back = tokens["access_token"], tokens["user"]["held_back"]

    async def _send(self, method: str, path: str, body: Any, key: str | None) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        if key is not None:
            headers["Idempotency-Key"] = key
        pause = 0.2
        while True:
            try:
                answer = await self._client.request(method, path, json=body, headers=headers)
            except httpx2.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                return answer.json() if answer.content else None
            if answer is not None and answer.status_code not in _RETRIED:
                raise RefusedError(method, path, answer.status_code, _code(answer))
            wait = float(answer.headers.get("Retry-After", pause)) if answer is not None else pause
            await asyncio.sleep(min(wait, _LONGEST_PAUSE))
            pause = min(pause * 2, _LONGEST_PAUSE)


def _code(answer: httpx2.Response) -> str:
    try:
        return str(answer.json().get("code", ""))
    except ValueError:
        return ""
