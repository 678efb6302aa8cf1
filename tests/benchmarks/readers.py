"""Readers of the generated library (library.py), and what they did in the last weeks, made by PostgreSQL itself.

Each reader likes a part of the tags and looks at what is popular and new; few look at very much. Events are as
`POST /feed/events` keeps them: a shader and kind once a day, in the order of time. Two million of them take a minute or
two, because indexes are made afterwards and foreign keys, which hold by themselves, are not looked up.
"""

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex

from services.core.feed.models import FeedEvent
from services.core.kit.database import Database
from tests.benchmarks.library import fill

_READERS = """
    INSERT INTO users (id, handle, email, display_name, bio, role, plan, created_at, updated_at)
    SELECT gen_random_uuid(), 'reader-' || n, 'reader-' || n || '@example.org', 'Reader ' || n, '', 'user', 'free',
        now(), now()
    FROM generate_series(1, CAST(:readers AS integer)) n
"""
# Half of the looks are at the newest tenth; the rest at all, the earlier ones of the list more.
_DRAWN = """
    CREATE TEMPORARY TABLE looks ON COMMIT DROP AS
    SELECT reader.id AS user_id,
        'bench' || lpad((CASE WHEN n % 2 = 0 THEN works - floor(power(random(), 2) * works / 10)::int
            ELSE 1 + floor(power(random(), 3) * (works - 1))::int END)::text, 6, '0') AS shader_id,
        now() - make_interval(secs => 60 + 2592000 * power(random(), 2)) AS at,
        n % 4 = 0 AS dwelt, n % 40 = 0 AS voted, n % 71 AS position
    FROM (SELECT CAST(:works AS integer) AS works, CAST(:readers AS integer) AS readers) given
    CROSS JOIN generate_series(1, CAST(:events AS integer)) n
    JOIN (SELECT id, row_number() OVER (ORDER BY handle) AS place FROM users WHERE handle LIKE 'reader-%') reader
        ON reader.place = 1 + floor(power(hashint4(n)::float / 4294967296 + 0.5, 1.5) * (readers - 1))::int
"""
_EVENTS = """
    INSERT INTO feed_events (user_id, shader_id, kind, dwell_ms, position, created_at, day, counted)
    SELECT user_id, shader_id, CASE WHEN dwelt THEN 'dwell' ELSE 'impression' END,
        CASE WHEN dwelt THEN 2000 + floor(power(random(), 3) * 60000)::int ELSE 0 END, position, at, day, 1
    FROM (
        SELECT DISTINCT ON (user_id, day, shader_id, dwelt) *
        FROM looks CROSS JOIN LATERAL (SELECT (at AT TIME ZONE 'UTC')::date AS day) AS days
    ) AS once
    JOIN shaders ON shaders.id = once.shader_id AND shaders.listed
    ORDER BY at
"""
_VOTES = """
    INSERT INTO votes (user_id, shader_id, value, created_at)
    SELECT user_id, shader_id, CASE WHEN position < 4 THEN -1 ELSE 1 END, at FROM looks WHERE voted
    ON CONFLICT DO NOTHING
"""
_EXPOSURES = """
    INSERT INTO exposures (shader_id, impressions, looked)
    SELECT shader_id, count(*) FILTER (WHERE kind = 'impression'), count(*) FILTER (WHERE dwell_ms >= 10000)
    FROM feed_events GROUP BY shader_id
"""
_TASTES = """
    INSERT INTO tag_affinities (user_id, tag, weight, updated_at)
    SELECT user_id, tag, weight, now() FROM (
        SELECT user_id, tag, sum(value / sqrt(cardinality(tags))) AS weight,
            row_number() OVER (PARTITION BY user_id ORDER BY abs(sum(value / sqrt(cardinality(tags)))) DESC) AS place
        FROM (
            SELECT user_id, shader_id, value::float FROM votes
            UNION ALL
            SELECT user_id, shader_id, 0.5 * least(dwell_ms, 60000) / 60000 FROM feed_events WHERE kind = 'dwell'
        ) AS signals (user_id, shader_id, value)
        JOIN shaders ON shaders.id = shader_id AND cardinality(tags) > 0, unnest(tags) AS tag
        GROUP BY user_id, tag
    ) AS learnt
    WHERE place <= 50 AND weight <> 0
"""
# Vectors of 256 styles; the index of the nearest is not asked here, and would take long to fill.
_STYLES = """
    CREATE TEMPORARY TABLE styles ON COMMIT DROP AS
    SELECT style, array_agg(random() - 0.5)::halfvec(512) AS vector
    FROM generate_series(0, 255) style, generate_series(1, 512) place GROUP BY style
"""
_STYLE_VECTORS = """
    INSERT INTO style_vectors (shader_id, embedder_id, version, basis, vector, made_at)
    SELECT id, 'bench', 1, '', vector, now() FROM shaders JOIN styles ON style = hashtext(id) & 255
"""
# Near works as the worker looks them up: of those of one style each reader has others.
_STYLE_TASTES = """
    INSERT INTO style_tastes (user_id, embedder_id, vector, near, weight, updated_at)
    SELECT id, 'bench', vector, near[1 + start : 60 + start], 4, now()
    FROM (SELECT *, hashtext(handle) & 255 AS style, hashtext(id::text) & 127 AS start FROM users) reader
    JOIN styles USING (style)
    JOIN (
        SELECT hashtext(id) & 255 AS style, array_agg(id ORDER BY md5(id)) AS near FROM shaders WHERE listed GROUP BY 1
    ) AS alike USING (style)
    WHERE handle LIKE 'reader-%'
"""
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_INDEXES = sorted(FeedEvent.__table__.indexes, key=lambda index: str(index.name))  # type: ignore[attr-defined]
_STATEMENTS = (
    "SET LOCAL session_replication_role = replica",
    "SET LOCAL work_mem = '256MB'",
    "SET LOCAL maintenance_work_mem = '256MB'",
    _READERS,
    _DRAWN,
    *(f"DROP INDEX {index.name}" for index in _INDEXES),
    _EVENTS,
    *(str(CreateIndex(index).compile(dialect=_DIALECT)) for index in _INDEXES),
    _VOTES,
    _EXPOSURES,
    _TASTES,
    "DROP INDEX ix_style_vectors_vector",
    "INSERT INTO style_embedders (id, begun_at, complete_at) VALUES ('bench', now(), now())",
    _STYLES,
    _STYLE_VECTORS,
    _STYLE_TASTES,
)


async def generate_readers(database: Database, *, works: int, readers: int, events: int) -> None:
    """Add `readers` readers to a generated library of `works` works, with about `events` events and votes."""
    values = {"works": works, "readers": readers, "events": events}
    await fill(database, _STATEMENTS, values, seed=0.25)
