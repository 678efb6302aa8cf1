"""An agent at work, by the official client, on a site with its renderer and worker."""

import pytest

from tests.factories import make_shader, make_user
from tests.mcp.agent import connected
from tests.mcp.conftest import Service

WAVES = (
    "// Waves by somebody else.\n"
    "void mainImage(out vec4 color, in vec2 at) {\n"
    "    vec2 p = at / iResolution.xy;\n"
    "    color = vec4(0.5 + 0.5 * cos(iTime + 9.0 * p.xyx), 1.0);\n"
    "}\n"
)


@pytest.mark.parametrize("mode", ["2026-07-28", "legacy"])
async def test_it_finds_forks_breaks_mends_sees_and_publishes(studio: Service, mode: str) -> None:
    async with studio.database.write() as session:
        author = await make_user(session, handle="grace")
        original = (await make_shader(session, author=author, title="Waves", source=WAVES, tags=["water"])).id
    async with connected(studio.mcp, await studio.key("read", "write"), mode=mode) as agent:
        assert agent.client.protocol_version == ("2026-07-28" if mode != "legacy" else "2025-11-25")
        found = await agent.ok("search_shaders", query="waves")
        assert [row["id"] for row in found.data["items"]] == [original]
        assert (await agent.ok("get_shader", shader_id=original)).data["source"] == WAVES
        own = (await agent.ok("fork_shader", shader_id=original, title="Steeper waves")).data["id"]

        broken = WAVES.replace("9.0 * p.xyx", "steep * p.xyx")
        saved = await agent.ok("create_shader_draft", shader_id=own, based_on=1, source=broken)
        assert (saved.data["ok"], saved.data["version"], saved.images) == (False, 2, [])
        [error] = saved.data["errors"]
        assert (error["line"], error["text"]) == (4, "    color = vec4(0.5 + 0.5 * cos(iTime + steep * p.xyx), 1.0);")
        assert (error["token"], error["message"]) == ("steep", "undeclared identifier")
        refusal = await agent.refused("publish_shader", shader_id=own)
        assert (refusal["code"], refusal["errors"][0]["line"]) == ("no_picture", 4)
        assert (await agent.ok("get_shader", shader_id=own)).data["visibility"] == "draft"

        mended = WAVES.replace("9.0 * p.xyx", "30.0 * p.xyx")
        sheet = await agent.ok("render_preview", source=mended, times=[0, 1, 2, 3])
        frames = sheet.data["picture"]
        assert (frames["columns"], frames["rows"], frames["times"]) == (2, 2, [0, 1, 2, 3])
        assert sheet.picture.size == (frames["width"], frames["height"])
        assert len(sheet.picture.getcolors(100_000) or []) > 50
        saved = await agent.ok("create_shader_draft", shader_id=own, based_on=2, source=mended, note="Steeper")
        assert (saved.data["ok"], saved.data["version"]) == (True, 3)
        assert saved.picture.size == (512, 288)

        published = await agent.ok("publish_shader", shader_id=own, tags=["water", "steep"])
        assert (published.data["status"], published.data["visibility"]) == ("ready", "public")
        assert published.picture.size == (640, 360)
        job = await agent.ok("get_job", job_id=published.data["job_id"])
        assert (job.data["status"], job.picture.size) == ("ready", (640, 360))
        assert own in [row["id"] for row in (await agent.ok("search_shaders", tags=["steep"])).data["items"]]
    lineage = (await studio.ada.get(f"/api/v1/shaders/{own}/lineage")).json()
    assert [node["id"] for node in lineage["ancestors"]] == [original]
    assert published.data["url"].endswith(f"/s/{own}")
