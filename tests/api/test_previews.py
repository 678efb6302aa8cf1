"""Pictures over HTTP: of a source that nobody has published, drawn by the real renderer, and of a work."""

import base64
import io
from typing import Any

import httpx
import pytest
from PIL import Image

from services.core.settings import RendererSettings, Settings
from tests.api.test_shaders import PATH
from tests.factories import SOURCE
from tests.fixtures.accounts import register
from tests.fixtures.renderer import RendererProcess

MOVING = "void mainImage(out vec4 c, in vec2 p) { c = vec4(iTime / 10.0, p / iResolution.xy, 1.0); }"
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
    def settings(self, settings: Settings, renderer: RendererProcess) -> Settings:
        """The real renderer at the address of the renderers."""
        return settings.model_copy(update={"renderer": RendererSettings(url=renderer.url)})

    async def test_a_source_is_drawn_at_the_time_that_is_asked_for(self, client: httpx.AsyncClient) -> None:
        ada = await register(client)
        answer = (await ada.post(f"{PATH}/preview", json={"source": MOVING, "times": [5]})).json()
        assert (answer["ok"], answer["code"], answer["dialect"], answer["errors"]) == (True, None, "shadertoy", [])
        assert (answer["animated"], answer["picture"]["times"]) == (True, [5.0])
        assert (answer["picture"]["width"], answer["picture"]["height"]) == (512, 288)
        red, green, blue = opened(answer["picture"]).getpixel((256, 144))  # type: ignore[misc]
        assert all(abs(part - 128) <= 4 for part in (red, green, blue))

    async def test_a_source_that_does_not_compile_is_an_answer(self, client: httpx.AsyncClient) -> None:
        ada = await register(client)
        response = await ada.post(f"{PATH}/preview", json={"source": BROKEN})
        answer = response.json()
        assert (response.status_code, answer["ok"], answer["code"]) == (200, False, "compile_failed")
        assert (answer["errors"][0]["line"], answer["errors"][0]["token"]) == (3, "undeclared")
        assert (answer["animated"], answer["picture"]) == (None, None)

    async def test_it_is_for_those_who_are_signed_in(self, client: httpx.AsyncClient) -> None:
        assert (await client.post(f"{PATH}/preview", json={"source": SOURCE})).status_code == 401
