"""The tool `similar_shaders`."""

from pathlib import Path

from services.core.kit.settings import StorageSettings
from services.core.kit.storage import ObjectStore
from services.core.styles.embedder import load
from services.core.styles.embedding import StyleVectors
from tests.factories import SOURCE, make_shader, make_user
from tests.mcp.agent import connected
from tests.mcp.conftest import Service


async def test_similar_works_are_those_that_are_built_alike(service: Service, tmp_path: Path) -> None:
    waves, other = SOURCE.replace("0.5", "sin(iTime)"), "void main() { for (int i = 0; i < 9; i++) discard; }"
    async with service.database.write() as session:
        author = await make_user(session)
        sources = (waves, other, waves + "// again")
        works = [(await make_shader(session, author=author, source=source)).id for source in sources]
    vectors = StyleVectors(service.database, ObjectStore(StorageSettings(url=f"file://{tmp_path}")), load())
    for work in works[1:] + works[:1]:
        await vectors.embed(work)
    async with connected(service.mcp) as agent:
        found = (await agent.ok("similar_shaders", shader_id=works[0])).data
        assert [row["id"] for row in found["items"]] == [works[2], works[1]]
        assert "next_cursor" not in found
        assert len((await agent.ok("similar_shaders", shader_id=works[0], limit=1)).data["items"]) == 1
        assert (await agent.refused("similar_shaders", shader_id="7YkQm2Xb4Ra"))["code"] == "not_found"
        assert (await agent.refused("similar_shaders", shader_id=works[0], limit=25))["code"] == "invalid_arguments"
