"""Every route that takes a text which others see asks the gate, before it holds anything."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from inspect import signature
from typing import Any
from uuid import UUID

import httpx2
import pytest
from fastapi import FastAPI

from services.api.routing import dependencies_of, routes_of
from services.core.wording.endpoint import UncheckedError
from services.core.wording.gate import shown_fields
from tests.api.test_shaders import PATH, publish
from tests.factories import SOURCE
from tests.fixtures.accounts import PASSWORD, register

BAD = "a faggot"


async def test_each_route_refuses_and_writes_nothing(client: httpx2.AsyncClient) -> None:
    ada = await register(client, "ada")
    work = f"{PATH}/{(await publish(ada))['id']}"
    document = {
        "info": {"name": BAD, "tags": ["water"]},
        "renderpass": [{"type": "image", "code": SOURCE}],
    }
    tries = {
        "title": ("POST", PATH, {"title": BAD, "source": SOURCE, "licence": "CC0-1.0"}),
        "description": ("PATCH", work, {"description": BAD}),
        "tags": ("POST", f"{work}/forks", {"tags": ["faggot"]}),
        "note": ("POST", f"{work}/versions", {"source": SOURCE + "//", "based_on": 1, "note": BAD}),
        "handle": (
            "POST",
            "/api/v1/auth/register",
            {"handle": "faggot", "email": "x@example.org", "password": PASSWORD},
        ),
        "bio": ("PATCH", "/api/v1/users/me", {"bio": BAD}),
        "display_name": ("PATCH", "/api/v1/users/me", {"display_name": BAD}),
    }
    desire = "/api/v1/desires/9TfKq4Zr2Wc/different"
    wishes = (
        ("prompt", ("POST", "/api/v1/desires", {"prompt": f"{BAD} in the rain"})),
        ("style_hints", ("POST", "/api/v1/desires", {"prompt": "rain in the night", "style_hints": ["faggot"]})),
        ("difference", ("POST", desire, {"cluster": "5XnRd8Lp3Va", "difference": BAD})),
        ("reason", ("POST", f"/api/v1/pledges/{UUID(int=1)}/object", {"reason": BAD})),
        ("wanted", ("POST", f"/api/v1/desires/9TfKq4Zr2Wc/fulfilments/{UUID(int=1)}/changes", {"wanted": BAD})),
    )
    register_there = ("POST", "/api/v1/auth/providers/register", {"handle": "eve", "display_name": BAD})
    for field, (method, path, body) in (*tries.items(), *wishes, ("display_name", register_there)):
        answer = await ada.request(method, path, json=body)
        assert (answer.status_code, answer.json().get("code")) == (422, "text_refused"), f"{path}: {answer.text}"
        assert [entry["field"] for entry in answer.json()["fields"]] == [field]
        assert "faggot" not in answer.text
    imported = await ada.post(f"{PATH}/import", json={"shadertoy": document})
    assert imported.json()["code"] == "text_refused"
    assert len((await ada.get("/api/v1/users/ada/shaders")).json()["items"]) == 1


def test_no_route_is_forgotten(app: FastAPI) -> None:
    """Whoever adds a route with such a text asks the gate there, and adds it to the test above."""
    asking = set()
    for route in routes_of(app):
        for call in (route.endpoint, *dependencies_of(route)):
            body = signature(call).parameters.get("body") if call is not None else None
            if body is not None and isinstance(body.annotation, type) and shown_fields(body.annotation):
                asking.add(str(route.path_format))
    work = f"{PATH}/{{shader_id}}"
    accounts = {"/api/v1/auth/register", "/api/v1/auth/providers/register", "/api/v1/users/me"}
    desires = {"/api/v1/desires", "/api/v1/desires/{desire_id}/different"}
    bounties = {"/api/v1/pledges/{pledge_id}/object", "/api/v1/desires/{desire_id}/fulfilments/{fulfilment_id}/changes"}
    works = {PATH, f"{PATH}/import", work, f"{work}/forks", f"{work}/versions"}
    # Operators say why in their own words.
    operators = {"/api/v1/pledge-decisions/{pledge_id}"}
    assert asking == works | accounts | desires | bounties | operators


class Observer:
    """A gate that looks at what is held while it is asked, and lets nothing pass."""

    def __init__(self, app: FastAPI) -> None:
        self.services = app.state.services
        self.held: list[tuple[int, int]] = []

    async def refused(self, texts: Mapping[str, str]) -> str | None:
        """Never comes to an answer."""
        self.held.append((self.services.turns.accounts, self.services.database.engine.pool.checkedout()))
        raise UncheckedError(7)


@pytest.mark.parametrize("path", ["", "/import", "/{work}", "/{work}/forks", "/{work}/versions"])
async def test_the_gate_is_asked_before_anything_is_held(app: FastAPI, client: httpx2.AsyncClient, path: str) -> None:
    ada = await register(client, "ada")
    work = (await publish(ada))["id"]
    document = {"info": {"name": "Tide", "tags": []}, "renderpass": [{"type": "image", "code": SOURCE}]}
    body = {
        "": {"title": "Tide", "source": SOURCE},
        "/import": {"shadertoy": document},
        "/{work}": {"title": "Tide"},
        "/{work}/forks": {"title": "Tide"},
        "/{work}/versions": {"source": SOURCE + "//", "based_on": 1, "note": "Softer"},
    }[path]
    gate = Observer(app)
    services = app.state.services
    app.state.services = replace(services, texts=gate)
    method = "PATCH" if path == "/{work}" else "POST"
    request: dict[str, Any] = {
        "url": PATH + path.format(work=work),
        "json": body,
        "headers": {"Idempotency-Key": "once"},
    }
    try:
        answers = await asyncio.gather(*(ada.request(method, **request) for _ in range(3)))
        assert (await client.request(method, **request)).status_code == 401
    finally:
        app.state.services = services
    assert [(each.status_code, each.json()["code"]) for each in answers] == [(503, "texts_unchecked")] * 3
    assert {each.headers["Retry-After"] for each in answers} == {"7"}
    assert gate.held == [(0, 0)] * 3
    assert (await ada.request(method, **request)).status_code < 300, "nothing was claimed"
