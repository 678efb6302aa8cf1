"""Every route that takes a text which others see asks the gate."""

from inspect import signature

import httpx2
from fastapi import FastAPI

from services.api.routing import routes_of
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
    register_there = ("POST", "/api/v1/auth/providers/register", {"handle": "eve", "display_name": BAD})
    for field, (method, path, body) in (*tries.items(), ("display_name", register_there)):
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
        assert route.endpoint is not None
        body = signature(route.endpoint).parameters.get("body")
        if body is not None and isinstance(body.annotation, type) and shown_fields(body.annotation):
            asking.add(str(route.path_format))
    work = f"{PATH}/{{shader_id}}"
    accounts = {"/api/v1/auth/register", "/api/v1/auth/providers/register", "/api/v1/users/me"}
    assert asking == {PATH, f"{PATH}/import", work, f"{work}/forks", f"{work}/versions"} | accounts
