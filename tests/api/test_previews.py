"""Pictures over HTTP: of a source that nobody has published, drawn by the real renderer, and of a work."""

import base64
import io
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from PIL import Image

from services.api.settings import ApiSettings
from services.core.jobs.models import OutboxMessage
from services.core.kit.database import Database
from services.core.kit.settings import LimitSettings
from services.core.renders.settings import RendererClientSettings
from services.core.shaders.models import Render, Shader
from services.standalone.ports import held_port
from tests.api.test_shaders import PATH, finish_render, publish, rows_of
from tests.factories import SOURCE
from tests.fixtures.accounts import register
from tests.fixtures.fake_renderer import webp
from tests.fixtures.renderer import RendererProcess

MOVING = "void mainImage(out vec4 c, in vec2 p) { c = vec4(iTime / 10.0, p / iResolution.xy, 1.0); }"
NOISE = (
    "float h(vec3 q) { return fract(sin(dot(q, vec3(12.9898, 78.233, 3.17))) * 43758.5); }\n"
    "void mainImage(out vec4 c, in vec2 p) { vec3 q = vec3(p, iTime); c = vec4(h(q), h(q.yzx), h(q.zxy), 1.0); }"
)
ENDLESS = (
    "void mainImage(out vec4 c, in vec2 p) {\n"
    "    float a = p.x;\n"
    "    while (a < 1.0e30) a = abs(sin(a)) * 100.0 + fract(a);\n"
    "    c = vec4(a);\n"
    "}\n"
)
STILL = webp(64, 36)
BROKEN = "// fine\nvoid mainImage(out vec4 c, in vec2 p) {\n    c = vec4(undeclared);\n}\n"


def opened(picture: dict[str, Any]) -> Image.Image:
    """The picture, which is what it says."""
    data = base64.b64decode(picture["data"])
    assert len(data) <= 150_000
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size) == ("WEBP", (picture["width"], picture["height"]))
    return image.convert("RGB")


@pytest.mark.xdist_group("renderer")
class TestPreview:
    @pytest.fixture
    def settings(self, settings: ApiSettings, renderer: RendererProcess) -> ApiSettings:
        """The real renderer at the address of the renderers."""
        return settings.replace(RendererClientSettings(url=renderer.url))

    async def test_a_source_is_drawn_at_the_time_that_is_asked_for(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        answer = (await ada.post(f"{PATH}/preview", json={"source": MOVING, "times": [5]})).json()
        assert (answer["ok"], answer["code"], answer["dialect"], answer["errors"]) == (True, None, "shadertoy", [])
        assert (answer["animated"], answer["picture"]["times"]) == (True, [5.0])
        assert (answer["picture"]["width"], answer["picture"]["height"]) == (512, 288)
        red, green, blue = opened(answer["picture"]).getpixel((256, 144))  # type: ignore[misc]
        assert all(abs(part - 128) <= 4 for part in (red, green, blue))

    async def test_one_that_flashes_is_said_to(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        strobe = "void mainImage(out vec4 c, in vec2 p) { c = vec4(step(0.5, fract(iTime * 7.0 + 0.1))); }"
        answer = (await ada.post(f"{PATH}/preview", json={"source": strobe})).json()
        assert (answer["flashes"], answer["flash_count"]) == (True, 7)
        answer = (await ada.post(f"{PATH}/preview", json={"source": MOVING, "times": [0, 1]})).json()
        assert (answer["flashes"], answer["flash_count"]) == (False, 0)

    async def test_a_source_that_does_not_compile_is_an_answer(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/preview", json={"source": BROKEN})
        answer = response.json()
        assert (response.status_code, answer["ok"], answer["code"]) == (200, False, "compile_failed")
        assert (answer["errors"][0]["line"], answer["errors"][0]["token"]) == (3, "undeclared")
        assert (answer["animated"], answer["picture"]) == (None, None)

    async def test_several_times_are_one_sheet_in_reading_order(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        order = {"source": MOVING, "times": [9, 0, 2.5, 2.5, 5, 1], "width": 128}
        picture = (await ada.post(f"{PATH}/preview", json=order)).json()["picture"]
        assert (picture["times"], picture["columns"], picture["rows"]) == ([0.0, 1.0, 2.5, 5.0, 9.0], 3, 2)
        assert picture["flat"] == [False] * 5
        image, step = opened(picture), (128 + picture["gap"], 72 + picture["gap"])
        assert image.size == (3 * step[0] - picture["gap"], 2 * step[1] - picture["gap"])
        for index, time in enumerate(picture["times"]):
            red, green, _ = image.getpixel((index % 3 * step[0] + 64, index // 3 * step[1] + 36))  # type: ignore[misc]
            assert abs(red - 25.5 * time) <= 5
            assert abs(green - 128) <= 5

    async def test_the_largest_sheet_of_noise_is_small(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        order = {"source": NOISE, "times": list(range(9)), "width": 512}
        answer = (await ada.post(f"{PATH}/preview", json=order)).json()
        assert len(answer["picture"]["times"]) == 9
        opened(answer["picture"])

    async def test_what_does_not_end_is_an_answer(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        answer = (await ada.post(f"{PATH}/preview", json={"source": ENDLESS, "times": [0, 1]})).json()
        assert (answer["ok"], answer["compiled"], answer["picture"]) == (False, True, None)
        assert answer["code"] in {"loop_limit", "still_timeout"}
        assert answer["errors"][0]["message"]

    async def test_nothing_is_kept(self, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client, "ada")
        assert (await ada.post(f"{PATH}/preview", json={"source": MOVING})).json()["ok"]
        assert (await ada.get("/api/v1/users/ada/shaders")).json()["items"] == []
        for model in (Shader, Render, OutboxMessage):
            assert await rows_of(database, model) == []


class TestPreviewLimit:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """Two previews a minute."""
        return settings.model_copy(update={"limits": LimitSettings(preview_account="2/60")})

    async def test_it_has_a_limit_of_its_own(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        answers = [await ada.post(f"{PATH}/preview", json={"source": "int a;"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert int(answers[2].headers["Retry-After"]) > 0
        assert (await ada.post(f"{PATH}/validate", json={"source": "int a;"})).status_code == 200


class TestPreviewWithoutRenderer:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """No renderer at the address of the renderers."""
        renderer = RendererClientSettings(url=f"http://127.0.0.1:{held_port()}")
        return settings.replace(renderer)

    async def test_it_is_503_and_says_when_to_come_back(
        self, client: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.core.renders.preview._WAIT_SECONDS", 0.2)
        ada = await register(client)
        response = await ada.post(f"{PATH}/preview", json={"source": SOURCE})
        assert (response.status_code, response.json()["code"]) == (503, "renderer_busy")
        assert int(response.headers["Retry-After"]) > 0

    async def test_the_gate_answers_by_itself(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        answer = (await ada.post(f"{PATH}/preview", json={"source": "#line 4\n" + SOURCE})).json()
        assert (answer["ok"], answer["code"], answer["compiled"]) == (False, "line_directive", False)
        assert answer["picture"] is None

    async def test_it_is_for_those_who_are_signed_in(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(f"{PATH}/preview", json={"source": SOURCE})).status_code == 401

    @pytest.mark.parametrize(
        "fields",
        [
            {"times": []},
            {"times": [1] * 10},
            {"times": [-1]},
            {"times": [3601]},
            {"times": ["soon"]},
            {"times": 1},
            {"width": 63},
            {"width": 513},
            {"width": 99.5},
            {"height": 100},
            {"source": None},
            {"parameter_values": [1]},
        ],
    )
    async def test_a_malformed_order_is_refused(self, client: httpx2.AsyncClient, fields: dict[str, Any]) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/preview", json={"source": SOURCE, **fields})
        assert (response.status_code, response.json()["code"]) == (422, "malformed")


class TestStill:
    async def test_it_is_the_stored_picture_with_an_etag(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database
    ) -> None:
        work = await publish(await register(client))
        name = await app.state.services.store.put("still", STILL, "webp")
        await finish_render(database, work["id"], still_name=name)
        for address in (f"{PATH}/{work['id']}/still", f"{PATH}/{work['id']}/still?version=1"):
            first = await client.get(address)
            assert (first.status_code, first.content) == (200, STILL)
            assert first.headers["content-type"] == "image/webp"
            assert first.headers["x-content-type-options"] == "nosniff"
            again = await client.get(address, headers={"If-None-Match": first.headers["ETag"]})
            assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        head = await client.head(f"{PATH}/{work['id']}/still")
        assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(STILL)))

    async def test_each_version_has_its_own(self, app: FastAPI, client: httpx2.AsyncClient, database: Database) -> None:
        ada = await register(client)
        work = await publish(ada)
        await finish_render(database, work["id"], still_name=await app.state.services.store.put("still", STILL, "webp"))
        edit = {"source": SOURCE + "// bluer\n", "based_on": 1}
        assert (await ada.post(f"{PATH}/{work['id']}/versions", json=edit)).status_code == 201
        assert (await client.get(f"{PATH}/{work['id']}/still")).status_code == 404
        assert (await client.get(f"{PATH}/{work['id']}/still?version=1")).status_code == 200
        other = webp(64, 36, "#446622")
        name = await app.state.services.store.put("still", other, "webp")
        await finish_render(database, work["id"], 2, still_name=name)
        assert (await client.get(f"{PATH}/{work['id']}/still")).content == other
        assert (await client.get(f"{PATH}/{work['id']}/still?version=1")).content == STILL

    @pytest.mark.parametrize(("width", "copy"), [(1, "-320"), (640, "-640"), (641, ""), (4096, "")])
    async def test_a_width_is_the_smallest_size_that_has_it(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database, width: int, copy: str
    ) -> None:
        work = await publish(await register(client))
        name = await app.state.services.store.put("kept", STILL, "webp")
        await finish_render(database, work["id"], kept_name=name, kept_width=1280)
        found = await client.get(f"{PATH}/{work['id']}/still?width={width}", headers={"If-None-Match": "*"})
        assert (found.status_code, found.headers["ETag"]) == (304, f'"{name[8:].removesuffix(".webp")}{copy}"')

    async def test_before_there_is_one_it_is_not_found(self, client: httpx2.AsyncClient, database: Database) -> None:
        work = await publish(await register(client))
        absent = [f"{work['id']}/still", f"{work['id']}/still?version=2", "nothing/still"]
        for address in absent:
            response = await client.get(f"{PATH}/{address}")
            assert (response.status_code, response.json()["code"]) == (404, "not_found")
        # A picture that is said to be there and is not, as after a store was lost.
        await finish_render(database, work["id"])
        assert (await client.get(f"{PATH}/{work['id']}/still")).status_code == 404

    @pytest.mark.parametrize("visibility", ["draft", "private"])
    async def test_it_is_for_those_who_may_see_the_work(
        self, app: FastAPI, client: httpx2.AsyncClient, database: Database, visibility: str
    ) -> None:
        ada, bob = await register(client), await register(client)
        work = await publish(ada, visibility=visibility)
        name = await app.state.services.store.put("still", STILL, "webp")
        await finish_render(database, work["id"], still_name=name)
        address = f"{PATH}/{work['id']}/still"
        own = await ada.get(address)
        assert own.status_code == 200
        for other in (client, bob):
            for headers in ({}, {"If-None-Match": own.headers["ETag"]}):
                assert (await other.get(address, headers=headers)).status_code == 404
