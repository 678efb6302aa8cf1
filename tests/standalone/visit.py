"""A visit to a running site on which everything that is said is marked: what must be in no log can be looked for."""

import asyncio
import json
import re
import secrets
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pyotp

from tests.fixtures.authenticator import Authenticator
from tests.fixtures.identity_provider import Liar
from tests.fixtures.smtp import text_of
from tests.mcp.agent import connected

AUTH, SHADERS = "/api/v1/auth", "/api/v1/shaders"
# As a proxy would name them.
ADDRESSES = ("203.0.113.77", "2001:db8:77::1")


@dataclass
class Marks:
    """Words that were said, by what they are."""

    said: dict[str, str] = field(default_factory=lambda: dict(zip(("IPv4", "IPv6"), ADDRESSES, strict=True)))

    def __call__(self, what: str) -> str:
        """A new word, letters and digits alone, so that it looks the same however it is quoted."""
        return self.keep(what, f"zq{secrets.token_hex(8)}")

    def keep(self, what: str, word: str) -> str:
        """A word that somebody else made up."""
        self.said[f"{what} {len(self.said)}"] = word
        return word

    def address(self) -> str:
        """A new e-mail address."""
        return f"{self('an e-mail address')}@example.org"

    def source(self) -> str:
        """A shader that is drawn."""
        name = self("a source")
        return f"// {name}\nvoid mainImage(out vec4 c, in vec2 p) {{ float {name} = iTime; c = vec4({name} * p.x); }}"

    def broken(self) -> str:
        """One that the compiler quotes in its errors."""
        return f"void mainImage(out vec4 c, in vec2 p) {{ c = {self('a broken source')}; }}"


@dataclass
class Visit:
    """What a person does at `address`; `mails` is where the site writes its mails."""

    address: str
    mails: Path
    marks: Marks = field(default_factory=Marks)
    browser: httpx2.AsyncClient = field(init=False)
    handle: str = field(default_factory=lambda: f"v{secrets.token_hex(6)}")
    email: str = field(init=False)
    password: str = field(init=False)

    def __post_init__(self) -> None:
        self.email, self.password = self.marks.address(), self.marks("a password")
        headers = {"X-Forwarded-For": ADDRESSES[0], "User-Agent": f"Firefox/1 {self.marks('a user agent')}"}
        self.browser = httpx2.AsyncClient(base_url=self.address, headers=headers, timeout=60, trust_env=False)

    async def post(self, path: str, body: Any = None, *, status: int | None = None, **options: Any) -> dict[str, Any]:
        """The JSON of an answer that is a success, or has this status."""
        answer = await self.browser.post(path, json=body, **options)
        wrong = answer.is_error if status is None else answer.status_code != status
        assert not wrong, (path, answer.status_code, answer.text)
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def enter(self, tokens: dict[str, Any]) -> None:
        """Go on as whoever these are for."""
        for what in ("access_token", "refresh_token"):
            self.marks.keep(what, tokens[what])
            # A part of a token is as bad as all of it.
            self.marks.keep(f"the end of {what}", tokens[what][-20:])
        self.browser.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    async def register(self) -> None:
        """Make the account, at the same time as somebody with the same address."""
        account = {"email": self.email, "password": self.password, "token_transport": "body"}
        mine = {**account, "handle": self.handle, "display_name": self.marks("a name")}
        others = [{**account, "handle": f"{self.handle}{number}"} for number in range(5)]
        key = {"Idempotency-Key": self.marks("an idempotency key")}
        made = self.post(f"{AUTH}/register", mine, status=201, headers=key)
        self.enter(await made)
        path = f"{AUTH}/register"
        late = {**account, "email": self.marks.address()}
        race = [self.browser.post(path, json={**late, "handle": other["handle"]}) for other in others]
        answers = await asyncio.gather(*race, *(self.browser.post(path, json=other) for other in others))
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 9]

    async def sign_in(self) -> dict[str, Any]:
        """Sign in, after some wrong words; the answer may be a ticket."""
        wrong = {"login": self.email, "password": self.marks("a wrong password")}
        await self.post(f"{AUTH}/login", wrong, status=401)
        await self.post(f"{AUTH}/login", {**wrong, "login": self.marks("an unknown login")}, status=401)
        given = {"login": self.email, "password": self.password, "token_transport": "body"}
        answer = await self.browser.post(f"{AUTH}/login", json=given, headers={"X-Forwarded-For": ADDRESSES[1]})
        found: dict[str, Any] = answer.json()
        return found

    async def link(self, page: str, *, to: str | None = None) -> str:
        """What the newest mail of this kind holds, as soon as it is there."""
        pattern = re.compile(rf"/{page}#(\S+)")
        while True:
            for file in sorted(self.mails.glob("*.eml"), reverse=True):
                mail = message_from_bytes(file.read_bytes(), policy=policy.default)
                found = pattern.search(text_of(mail))
                if found is not None and mail["To"].addresses[0].addr_spec == (to or self.email):
                    return self.marks.keep(f"the link of a mail, {page}", found[1])
            await asyncio.sleep(0.2)

    async def follow_mails(self) -> None:
        """Confirm the address, change it, and set a new password."""
        over = {"token": self.marks("a link that was made up")}
        await self.post(f"{AUTH}/email/verify", over, status=410)
        await self.post(f"{AUTH}/email/verify", {"token": await self.link("verify")})
        changed = self.marks.address()
        change = {"email": changed, "current_password": self.password}
        assert (await self.browser.patch("/api/v1/users/me", json=change)).status_code == 200
        await self.post(f"{AUTH}/email/confirm", {"token": await self.link("confirm-address", to=changed)})
        self.email = changed
        await self.post(f"{AUTH}/password/forgot", {"email": self.email})
        await self.post(f"{AUTH}/password/forgot", {"email": self.marks.address()})
        self.password = self.marks("a new password")
        await self.post(f"{AUTH}/password/reset", {"token": await self.link("reset"), "password": self.password})
        self.enter(await self.sign_in())
        change = {"bio": self.marks("a bio"), "display_name": self.marks("a new name")}
        assert (await self.browser.patch("/api/v1/users/me", json=change)).status_code == 200

    async def use_factors(self) -> None:
        """A passkey, which opens the account, and an app with recovery codes."""
        passkey = Authenticator(origin=self.address)
        asked = await self.post(f"{AUTH}/passkeys/options")
        made = {"challenge_id": asked["challenge_id"], "name": self.marks("a passkey's name")}
        await self.post(f"{AUTH}/passkeys", {**made, "credential": passkey.create(asked["options"])})
        asked = await self.post(f"{AUTH}/login/passkey/options")
        used = {"challenge_id": asked["challenge_id"], "token_transport": "body"}
        forged = Authenticator(origin=self.address, credential_id=passkey.credential_id).get(asked["options"])
        await self.post(f"{AUTH}/login/passkey", {**used, "credential": forged}, status=401)
        asked = await self.post(f"{AUTH}/login/passkey/options")
        used |= {"challenge_id": asked["challenge_id"], "credential": passkey.get(asked["options"])}
        self.enter(await self.post(f"{AUTH}/login/passkey", used))
        secret = self.marks.keep("the secret of an app", (await self.post(f"{AUTH}/totp"))["secret"])
        codes = (await self.post(f"{AUTH}/totp/confirm", {"code": pyotp.TOTP(secret).now()}))["codes"]
        for code in codes:
            self.marks.keep("a recovery code", code)
        ticket = self.marks.keep("a ticket", (await self.sign_in())["ticket"])
        second = {"ticket": ticket, "token_transport": "body"}
        await self.post(f"{AUTH}/login/code", {**second, "code": "000000"}, status=422)
        self.enter(await self.post(f"{AUTH}/login/code", {**second, "code": codes[0]}))

    async def use_provider(self, provider: Liar) -> str:
        """A new account by a provider, which tells lies first; gives its access token."""
        begin, finish = f"{AUTH}/providers/liar/begin", f"{AUTH}/providers/liar/finish"

        async def come_back() -> dict[str, str]:
            url = (await self.post(begin, {}))["url"]
            email, name = self.marks.address(), self.marks("a name at the provider")
            came = provider.allow(url, sub=self.marks("a subject"), email=email, email_verified=True, name=name)
            for what in ("code", "state"):
                self.marks.keep(f"the {what} of a provider", came[what])
            return came

        for lie in (b'{"access_token": "%s"', b'{"error": "%s"}', b"%s"):
            provider.nonsense = lie.replace(b"%s", self.marks("a provider's nonsense").encode())
            assert (await self.browser.post(finish, json=await come_back())).status_code in {400, 503}
        provider.nonsense, provider.token = None, self.marks("a token that is none")
        await self.post(finish, await come_back(), status=400)
        denied = {"state": (await come_back())["state"], "error": self.marks("a provider's error")}
        await self.post(finish, denied, status=400)
        provider.token = None
        assert (await self.post(finish, await come_back()))["next"] == "new"
        made = {"handle": f"{self.handle}p"}
        tokens = (await self.post(f"{AUTH}/providers/register", made))["tokens"]
        return self.marks.keep("the access token of a provider's account", tokens["access_token"])

    async def publish(self) -> str:
        """Publish, look at sources, and wish for something; gives the work's id."""
        order: dict[str, Any] = {"source": self.marks.source(), "title": self.marks("a title"), "licence": "CC0-1.0"}
        order |= {"description": self.marks("a description"), "tags": [self.marks("a tag")]}
        work = await self.post(SHADERS, order, status=201)
        await self.post(SHADERS, {**order, "source": self.marks.broken(), "visibility": "draft"}, status=201)
        await self.post(f"{SHADERS}/validate", {"source": self.marks.broken()})
        await self.post(f"{SHADERS}/preview", {"source": self.marks.broken()})
        await self.post(f"{SHADERS}/preview", {"source": self.marks.source()})
        wish = f"A sea of {self.marks('a wish')} at night"
        assert (await self.browser.get("/api/v1/desires/similar", params={"prompt": wish})).status_code == 200
        await self.post("/api/v1/desires", {"prompt": wish}, status=201)
        return str(work["id"])

    async def report(self, work: str, access_token: str) -> None:
        """Somebody else reports the work."""
        body = {"reason": "other", "detail": self.marks("a report")}
        headers = {"Authorization": f"Bearer {access_token}"}
        await self.post(f"{SHADERS}/{work}/reports", body, status=201, headers=headers)

    async def use_key(self) -> None:
        """An agent with a key: wrong keys, wrong arguments, a look at a source."""
        body: dict[str, Any] = {"name": self.marks("a key's name"), "scopes": ["read", "write"]}
        key = self.marks.keep("a key", (await self.post("/api/v1/keys", body, status=201))["key"])
        self.marks.keep("the end of a key", key[-20:])
        wrong = f"{key[:12]}{self.marks('a key that is none')}"
        for path in ("/api/v1/users/me", "/mcp"):
            refused = await self.browser.post(path, json={}, headers={"Authorization": f"Bearer {wrong}"})
            assert 400 <= refused.status_code < 500
        async with connected(f"{self.address}/mcp", key) as agent:
            await agent.call("render_preview", source=self.marks.source())
            await agent.call("validate_shader", source=self.marks.broken())
            await agent.call("get_shader", shader_id=self.marks("an id that is none"))
            await agent.call("search_shaders", **{self.marks("an argument"): self.marks("a value")})

    async def send_nonsense(self) -> None:
        """Bodies, addresses and headers that are wrong, each with a mark in it."""
        word = self.marks("nonsense")
        bodies = [
            f'{{"password": "{word}',
            f'"{word}"',
            f'{{"{word}": 1}}',
            f'["{word}\\u0000"]',
            f'{{"login": {word}}}',
        ]
        for body in (*map(str.encode, bodies), word.encode() + b"\xff\xfe", b"[" * 99 + word.encode()):
            for path in (f"{AUTH}/login", f"{AUTH}/register", SHADERS, "/mcp", f"/api/{word}", f"/{word}"):
                answer = await self.browser.post(path, content=body, headers={"Content-Type": "application/json"})
                assert 400 <= answer.status_code < 500, (path, body, answer.text)
        paths = [f"/{word}", f"/s/{word}", f"{SHADERS}?limit={word}", f"{SHADERS}/{word}", f"/explore?q={word}"]
        paths += [
            f"/renders/still/{word}",
            f"/api/v1/feed?cursor={word}",
            f"/u/{word}?%00{word}",
            f"/sign-in/with/{word}",
        ]
        paths += [f"/api/v1/oembed?url={quote(self.address)}/s/{word}&format={word}", f"/unsubscribe?token={word}"]
        for name in ("Authorization", "Cookie", "Referer", "Origin", "X-Request-ID", "Last-Event-ID", "If-None-Match"):
            value = {"Authorization": f"Bearer {word}", "Cookie": f"fractafrag-refresh={word}"}.get(name, f'"{word}')
            for path in paths:
                answer = await self.browser.get(path, headers={name: value})
                assert answer.status_code < 500, (path, name, answer.text)
            await self.browser.post(f"{AUTH}/refresh", headers={name: value})

    async def insist(self) -> None:
        """Go on as before, whatever the answers are: for while something is away. Ends when it is cancelled."""
        account = {"password": self.marks("a password"), "token_transport": "body"}
        while True:
            work = {"source": self.marks.source(), "title": self.marks("a title"), "visibility": "draft"}
            person = {**account, "email": self.marks.address(), "handle": f"v{secrets.token_hex(6)}"}
            await asyncio.gather(
                self._try("POST", f"{AUTH}/login", {"login": self.email, "password": self.password}),
                self._try("POST", f"{AUTH}/register", person),
                self._try("POST", SHADERS, work),
                self._try("POST", f"{SHADERS}/preview", {"source": self.marks.source()}),
                self._try("PATCH", "/api/v1/users/me", {"bio": self.marks("a bio")}),
                self._try("GET", f"/explore?q={self.marks('a search')}"),
            )
            # Somebody, and not a flood, which only takes the processors from what starts again.
            await asyncio.sleep(0.3)

    async def _try(self, method: str, path: str, body: Any = None) -> None:
        try:
            answer = await self.browser.request(method, path, json=body)
        except httpx2.TransportError:
            return
        if "access_token" in answer.text:
            self.marks.keep("an access token", json.loads(answer.text)["access_token"])
