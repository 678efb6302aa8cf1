"""A work's page: picture, loop, source, and the facts about it."""

from services.web.server.frame import Page
from services.web.server.gallery_page import Wanted
from services.web.server.html import Markup, join, tag
from services.web.server.works import LineageNode, Version, Work

_DIALECTS = {
    "shadertoy": "Shadertoy",
    "glsl-sandbox": "GLSL Sandbox",
    "book-of-shaders": "The Book of Shaders",
    "es100": "GLSL ES 1.00",
    "es300": "GLSL ES 3.00",
}
_LABELS = {"human": "Made by a person", "ai-assisted": "Made with AI's help", "ai-generated": "Made by AI"}
_PENDING = frozenset({"pending", "rendering"})


def work_page(work: Work, versions: list[Version], ancestors: list[LineageNode]) -> Page:
    """The page. While pictures are still being drawn it asks again by itself."""
    is_waiting = work.render.status in _PENDING or work.render.preview_status in _PENDING
    return Page(
        work.title,
        tag("article", _text(work), _facts(work, versions, ancestors), class_="columns"),
        colors={"c0": work.color},
        refresh=2 if is_waiting and work.render.status != "failed" else None,
        picture=work.still_url,
    )


def _stage(work: Work) -> Markup:
    if work.still_url is None:
        return tag("div", tag("p", _state(work), class_="note"), class_="stage c0")
    picture = tag("img", src=work.still_url, alt=f"Picture of {work.title}", width=640, height=360)
    return tag("div", picture, class_="stage c0")


def _loop(work: Work) -> Markup | None:
    if work.preview_url is None:
        return None
    # Who asks for less motion gets the still.
    still_only = tag("source", media="(prefers-reduced-motion: reduce)", srcset=work.still_url)
    loop = tag("img", src=work.preview_url, alt="The same as a short loop", width=320, height=180, class_="loop")
    return tag("picture", still_only, loop)


def _state(work: Work) -> str | None:
    if work.render.status in _PENDING:
        return "The picture is being drawn. It appears here by itself."
    if work.render.status == "failed":
        return "The newest version could not be drawn. Its author sees why; nothing of it is lost."
    return None


def _text(work: Work) -> Markup:
    state = _state(work) if work.still_url else None
    return tag(
        "section",
        _stage(work),
        tag("h1", work.title),
        tag("p", state, class_="small") if state else None,
        [tag("p", part) for part in work.description.split("\n\n") if part.strip()],
        tag("h2", "Source"),
        tag("pre", tag("code", work.source), tabindex=0),
    )


def _facts(work: Work, versions: list[Version], ancestors: list[LineageNode]) -> Markup:
    author = tag("a", work.author.display_name, href=Wanted(author=work.author.handle).address())
    rows: list[tuple[str, Markup | str | None]] = [
        ("Author", author),
        ("Licence", work.licence),
        ("Made", _LABELS.get(work.ai_label, work.ai_label)),
        ("Dialect", _DIALECTS.get(work.dialect, work.dialect)),
        ("Votes", str(work.score)),
        ("Forks", str(work.forks)),
        ("Tags", _tags(work.tags)),
        ("Forked from", _lineage(ancestors)),
        ("Parameters", ", ".join(str(parameter.get("name", "")) for parameter in work.parameters) or None),
        ("Versions", _versions(versions)),
        ("As data", tag("a", f"/api/v1/shaders/{work.id}", href=f"/api/v1/shaders/{work.id}")),
    ]
    return tag("aside", _loop(work), tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in rows if value]))


def _tags(tags: list[str]) -> Markup | None:
    return join([[tag("a", name, href=Wanted(tag=name).address()), " "] for name in tags]) if tags else None


def _lineage(ancestors: list[LineageNode]) -> Markup | None:
    if not ancestors:
        return None
    steps = [
        tag("li", tag("a", node.title or node.id, href=f"/s/{node.id}"), f" by {node.author.display_name}")
        if node.available and node.author
        else tag("li", "a work that is not public")
        for node in ancestors
    ]
    return tag("ol", steps)


def _versions(versions: list[Version]) -> Markup | None:
    if not versions:
        return None
    return tag("ol", [tag("li", _version(version), value=version.version) for version in versions])


def _version(version: Version) -> list[Markup | str]:
    restored = f" - version {version.restored_from} again" if version.restored_from else ""
    note = f" - {version.note}" if version.note else ""
    day = version.created_at
    return [tag("time", f"{day:%-d %B %Y, %H:%M}", datetime=day.isoformat()), restored, note]
