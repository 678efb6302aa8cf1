"""Whether the process lives, whether it can serve, what it measured, and which version it is.

Ready means that PostgreSQL answers and holds our schema. Without Redis the API is `degraded` and stays ready, as
reads still work; taking all of it out of service would make a small outage a whole one.
"""

from typing import Literal

import sqlalchemy.exc
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel, Field
from redis.exceptions import RedisError
from sqlalchemy import text

from services.api.state import Services, ServicesDep
from services.core.kit.errors import UnavailableError
from services.core.kit.version import VERSION

router = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(BaseModel):
    """What works. A check is `ok`, or says the cause."""

    status: Literal["ok", "degraded", "unavailable"] = Field(examples=["ok"])
    checks: dict[str, str] = Field(examples=[{"postgresql": "ok", "redis": "ok"}])


class Version(BaseModel):
    """What runs here."""

    name: str = Field(examples=["Fractafrag"])
    version: str = Field(examples=["0.1.0"])
    api: str = Field("v1", examples=["v1"])


@router.get("/healthz", include_in_schema=False)
async def alive() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/readyz", include_in_schema=False)
async def ready(response: Response, services: ServicesDep) -> Readiness:
    """200 when requests can be served, else 503; each part's state by name."""
    checks = {"postgresql": await _postgresql(services), "redis": await _redis(services)}
    if checks["postgresql"] != "ok":
        response.status_code = 503
        response.headers["Retry-After"] = "5"
        return Readiness(status="unavailable", checks=checks)
    return Readiness(status="ok" if checks["redis"] == "ok" else "degraded", checks=checks)


async def _postgresql(services: Services) -> str:
    try:
        async with services.database.read() as session:
            await session.execute(text("SELECT version_num FROM alembic_version"))
    except UnavailableError as error:
        return f"unreachable ({type(error.__cause__).__name__})"
    except sqlalchemy.exc.ProgrammingError:
        return "the schema is missing: run `alembic upgrade head`"
    return "ok"


async def _redis(services: Services) -> str:
    try:
        await services.redis.ping()
    except (RedisError, OSError) as error:
        return f"unreachable ({type(error).__name__})"
    return "ok"


@router.get("/metrics", include_in_schema=False)
async def metrics() -> Response:
    """Prometheus metrics of this process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


@router.get("/api/v1/version")
async def version(services: ServicesDep) -> Version:
    """The name of this installation and the version of its code."""
    return Version(name=services.settings.site.name, version=VERSION)
