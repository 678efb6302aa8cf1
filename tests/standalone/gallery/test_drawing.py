"""Watching the gallery's pictures: a failure is said with its reason, and asked for again by itself."""

from pathlib import Path

import httpx2
from fastapi import FastAPI
from sqlalchemy import select, update
from sqlmodel import col

from services.core.kit.database import Database
from services.core.shaders.models import Render, Shader
from services.standalone.gallery.drawing import Drawing, sign_in
from services.standalone.gallery.visitor import Visitor
from tests.standalone.gallery.test_seeding import folder, seed

__all__ = ["folder"]


async def settle(database: Database, title: str, **values: object) -> None:
    """What a worker makes of one work, while all others are drawn."""
    async with database.write() as session:
        await session.execute(update(Render).where(col(Render.status) == "pending").values(status="ready"))
        named = select(col(Shader.id)).where(col(Shader.title) == title).scalar_subquery()
        newest = select(col(Shader.current_version)).where(col(Shader.title) == title).scalar_subquery()
        row = (col(Render.shader_id) == named) & (col(Render.version) == newest)
        await session.execute(update(Render).where(row).values(values))


async def test_what_failed_is_named_and_tried_again(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    said: list[str] = []
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        authors = {handle: Visitor(client, handle, f"secret of {handle}") for handle in ("ada", "bob")}
        await sign_in(authors.values())
        drawing = Drawing(authors, "http://site", said.append, pauses=(0, 0))
        assert not await drawing.look()
        assert (drawing.drawn, drawing.total, said) == (0, 8, [])
        await settle(database, "Tide", status="failed", failure_code="still_timeout")
        assert not await drawing.look()
        assert drawing.drawn == 7
        assert said[0].startswith("Tide could not be drawn: drawing it takes too long")
        assert "http://site/s/" in said[0]
        assert not await drawing.look(), "it is asked for again"
        async with database.read() as session:
            assert await session.scalar(select(col(Render.status)).where(col(Render.status) != "ready")) == "pending"
        await settle(database, "Tide", status="ready")
        assert await drawing.look()
        assert drawing.sentence() == "all 8 works are published and drawn"
        assert len(said) == 1


async def test_what_never_can_be_drawn_is_left_alone(app: FastAPI, database: Database, folder: Path) -> None:
    await seed(app, database, folder)
    said: list[str] = []
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
        authors = {handle: Visitor(client, handle, f"secret of {handle}") for handle in ("ada", "bob")}
        await sign_in(authors.values())
        drawing = Drawing(authors, "http://site", said.append, pauses=(0,))
        for _ in range(4):
            await settle(database, "Tide", status="failed", failure_code="gpu_crash")
            ended = await drawing.look()
        assert ended
        assert len(said) == 2
        assert "left alone" in said[1]
        assert drawing.sentence() == "7 of 8 works are published and drawn; could not be: Tide"
