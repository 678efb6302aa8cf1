"""Validation, import and export over HTTP."""

import httpx2
import pytest

from services.api.settings import ApiSettings
from services.core.renders.settings import RendererClientSettings
from services.standalone.ports import held_port
from tests.api.test_shaders import PATH, publish
from tests.factories import SOURCE
from tests.fixtures.accounts import register

DOCUMENT = {
    "info": {"id": "XsX3zB", "name": "Sea", "username": "somebody", "description": "Waves", "tags": ["Ray March"]},
    "renderpass": [{"type": "image", "code": SOURCE, "inputs": []}],
}


class TestValidate:
    @pytest.fixture
    def settings(self, settings: ApiSettings) -> ApiSettings:
        """No renderer at the address of the renderers."""
        renderer = RendererClientSettings(url=f"http://127.0.0.1:{held_port()}")
        return settings.replace(renderer)

    async def test_the_gate_answers_by_itself(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        found = await ada.post(f"{PATH}/validate", json={"source": "#line 4\n" + SOURCE})
        assert found.status_code == 200
        assert found.json()["code"] == "line_directive"
        assert (found.json()["ok"], found.json()["compiled"]) == (False, False)

    async def test_without_a_renderer_it_is_503_and_says_when_to_come_back(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/validate", json={"source": SOURCE})
        assert (response.status_code, response.json()["code"]) == (503, "renderer_busy")
        assert int(response.headers["Retry-After"]) > 0

    async def test_it_is_for_those_who_are_signed_in(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(f"{PATH}/validate", json={"source": SOURCE})).status_code == 401


class TestImport:
    async def test_a_document_becomes_a_draft(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/import", json={"shadertoy": DOCUMENT, "licence": "CC-BY-NC-SA-3.0"})
        work = response.json()
        assert response.status_code == 201
        assert response.headers["Location"] == f"{PATH}/{work['id']}"
        assert (work["title"], work["visibility"], work["tags"]) == ("Sea", "draft", ["ray-march"])
        assert work["description"].endswith("By somebody on Shadertoy (shadertoy.com/view/XsX3zB).")

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"renderpass": [{"type": "buffer", "code": ""}, {"type": "image", "code": SOURCE}]}, "import_multipass"),
            ({"info": {}}, "import_malformed"),
            ({"renderpass": [{"type": "image", "code": "#line 2\n" + SOURCE}]}, "line_directive"),
            (
                {
                    "renderpass": [
                        {
                            "type": "image",
                            "code": SOURCE.replace("0.5", "texture(iChannel0, at).x"),
                            "inputs": [{"channel": 0, "ctype": "texture"}],
                        }
                    ]
                },
                "import_inputs",
            ),
        ],
    )
    async def test_what_cannot_be_taken_is_refused_with_a_reason(
        self, client: httpx2.AsyncClient, changes: dict[str, object], code: str
    ) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/import", json={"shadertoy": {**DOCUMENT, **changes}})
        assert (response.status_code, response.json()["code"]) == (422, code), response.text

    async def test_an_unknown_licence_is_refused(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/import", json={"shadertoy": DOCUMENT, "licence": "GPL"})
        assert (response.status_code, response.json()["code"]) == (422, "unknown_licence")


class TestExport:
    async def test_what_is_exported_can_be_imported_again(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client, "ada")
        source = "uniform float speed; // = 1.0 in [0.0, 4.0]\n" + SOURCE
        work = await publish(ada, source=source, parameter_values={"speed": 2}, tags=["water"], licence="MIT")
        document = (await client.get(f"{PATH}/{work['id']}/export")).json()
        assert document["info"]["name"] == work["title"]
        assert document["renderpass"][0]["code"].startswith("const float speed = 2.0;")
        assert document["fractafrag"]["url"].endswith(f"/s/{work['id']}")
        again = (await ada.post(f"{PATH}/import", json={"shadertoy": document})).json()
        same = ("source", "title", "description", "tags", "licence", "ai_label", "parameters", "parameter_values")
        assert {name: again[name] for name in same} == {name: work[name] for name in same}

    async def test_a_version_can_be_chosen(self, client: httpx2.AsyncClient) -> None:
        ada = await register(client)
        work = await publish(ada)
        await ada.post(f"{PATH}/{work['id']}/versions", json={"source": SOURCE + "// 2\n", "based_on": 1})
        document = (await client.get(f"{PATH}/{work['id']}/export?version=1")).json()
        assert document["renderpass"][0]["code"] == SOURCE
        assert (await client.get(f"{PATH}/{work['id']}/export?version=3")).status_code == 404

    async def test_other_dialects_are_refused(self, client: httpx2.AsyncClient) -> None:
        work = await publish(await register(client), source="out vec4 c; void main() { c = vec4(1.0); }")
        response = await client.get(f"{PATH}/{work['id']}/export")
        assert (response.status_code, response.json()["code"]) == (409, "export_unsupported")
