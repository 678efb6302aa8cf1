"""Asks every renderer pod what it is doing: `GET http://POD:3100/load`, all at once.

Interface: `Renderers(port).loads({name: address})` gives a `Load` for each pod, `None` where there was no good answer
within 1.5 s. It never raises for a pod. Whoever decides has to count `None` as busy: what cannot be seen is not killed.
Renderers run strangers' code, so an answer is bounded in size and every number in it is checked.
"""

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import httpx2
from pydantic import BaseModel, ConfigDict, Field, ValidationError

TIMEOUT_SECONDS = 1.5
_MAX_BYTES = 4096


class Load(BaseModel):
    """What a renderer says about itself."""

    model_config = ConfigDict(frozen=True)

    slots: int = Field(ge=1, le=1000)
    busy: int = Field(ge=0, le=1000)
    waiting: int = Field(ge=0, le=100_000)
    jobs: int = Field(ge=0)
    job_seconds: float | None = Field(ge=0, le=3600, allow_inf_nan=False)
    ready: bool
    draining: bool

    @property
    def idle(self) -> bool:
        """Whether the pod could go without anybody losing work."""
        return self.busy == 0 and self.waiting == 0


@dataclass(frozen=True)
class Fleet:
    """The answers of all ready pods, by pod name."""

    loads: Mapping[str, Load | None]

    @property
    def busy(self) -> frozenset[str]:
        """Pods that work, and those we cannot see."""
        return frozenset(name for name, load in self.loads.items() if load is None or not load.idle)

    @property
    def unreachable(self) -> frozenset[str]:
        """Pods that gave no good answer."""
        return frozenset(name for name, load in self.loads.items() if load is None)

    @property
    def slots_per_replica(self) -> float | None:
        """The mean number of slots, None when nobody answered."""
        slots = [load.slots for load in self._answered()]
        return sum(slots) / len(slots) if slots else None

    @property
    def samples(self) -> int:
        """How many jobs the mean stands for."""
        return sum(load.jobs for load in self._answered() if load.job_seconds is not None)

    @property
    def job_seconds(self) -> float | None:
        """Mean slot seconds of a job; a pod that has drawn much counts for more, up to a point."""
        weighted = [(load.job_seconds, min(load.jobs, 20)) for load in self._answered() if load.job_seconds is not None]
        total = sum(weight for _, weight in weighted)
        return sum(seconds * weight for seconds, weight in weighted) / total if total else None

    def _answered(self) -> Iterable[Load]:
        return (load for load in self.loads.values() if load is not None)


class Renderers:
    """An HTTP client for the pods' `/load`."""

    def __init__(self, port: int, *, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.port = port
        self.timeout_seconds = timeout_seconds
        self._client = httpx2.AsyncClient(
            timeout=timeout_seconds,
            trust_env=False,
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=200),
        )

    async def loads(self, pods: Mapping[str, str]) -> Fleet:
        """The load of each pod, given as name and address."""
        answers = await asyncio.gather(*(self._load(address) for address in pods.values()))
        return Fleet(dict(zip(pods, answers, strict=True)))

    async def _load(self, address: str) -> Load | None:
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return Load.model_validate_json(await self._body(_url(address, self.port)))
        except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, ValidationError, ValueError):
            return None

    async def _body(self, url: str) -> bytes:
        body = b""
        async with self._client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response:
            response.raise_for_status()
            async for part in response.aiter_raw():
                body += part
                if len(body) > _MAX_BYTES:
                    raise ValueError("the answer is too long")
        return body

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _url(address: str, port: int) -> str:
    host = ipaddress.ip_address(address)
    return f"http://{f'[{host}]' if host.version == 6 else host}:{port}/load"
