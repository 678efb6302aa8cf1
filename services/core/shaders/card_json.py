"""Cards as JSON text, written by PostgreSQL.

Lists of works are what everybody asks for all the time, and building objects only to write them out again costs more
than the query. `CARD` is the JSON of a `ShaderSummary` (a test holds the two together) for a row of `CARD_TABLES`, and
`CardPage.body` is a page of such texts. `CARD_MEMBERS` and `time_text` are for what holds more (work_json.py).
"""

import json
from dataclasses import dataclass

CARD_TABLES = """
    shaders s
    JOIN users u ON u.id = s.author_id
    LEFT JOIN renders r ON r.shader_id = s.id AND r.version = s.current_version
"""


def time_text(column: str) -> str:
    """SQL of a time as pydantic writes it."""
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


CARD_MEMBERS = f"""
        'id', s.id,
        'title', s.title,
        'author', json_build_object('handle', u.handle, 'display_name', u.display_name),
        'tags', s.tags,
        'licence', s.licence,
        'ai_label', s.ai_label,
        'dialect', s.dialect,
        'visibility', s.visibility,
        'version', s.current_version,
        'score', s.score,
        'up', s.up,
        'down', s.down,
        'forks', s.forks,
        'parent', CASE WHEN s.parent_id IS NOT NULL
            THEN json_build_object('id', s.parent_id, 'version', s.parent_version) END,
        'created_at', {time_text("s.created_at")},
        'published_at', {time_text("s.published_at")},
        'still_url', '/renders/' || s.still_name,
        'preview_url', '/renders/' || s.preview_name,
        'average_color', s.average_color,
        'animated', s.animated,
        'render_status', coalesce(r.status, 'pending')
"""
CARD = f"json_build_object({CARD_MEMBERS})::text"


@dataclass(frozen=True, slots=True)
class CardPage:
    """Cards as JSON texts, and the cursor of the page after them."""

    cards: list[str]
    next_cursor: str | None

    def body(self) -> bytes:
        """The JSON of a `Page[ShaderSummary]`."""
        return f'{{"items":[{",".join(self.cards)}],"next_cursor":{json.dumps(self.next_cursor)}}}'.encode()
