"""A generated library of works for the benchmarks, with the shape of a real one.

The shape is that of a shader site whose data is public (reference/shader-platforms.md 0.3): 7 works an author with a
few authors of very many, 61 % forks in lineages, 80 % of works without a vote and a long tail of votes, ten years of
publications that grow, a few common words and tags and many rare ones, and one work in twenty that no list shows.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import text

from services.core.kit.database import Database
from services.core.ranking.hot import EPOCH, SECONDS_PER_FACTOR_TEN

_WORDS = (
    "noise water light plasma tunnel fractal julia mandelbrot ocean wave cloud fire smoke star galaxy planet neon city "
    "rain snow glass mirror crystal cube sphere torus knot terrain mountain desert forest leaf flower petal spiral "
    "vortex warp voronoi cell hex grid truchet tile pattern kaleidoscope ripple caustic bubble drop ink paint marble "
    "wood stone metal gold silk paper line dot circle ring wheel gear clock pulse heart eye face mask ghost dragon "
    "snake fish bird whale moth spider web moon sun dawn dusk night aurora storm thunder lightning comet orbit void "
    "dream memory echo signal glitch scan retro pixel arcade road train bridge tower temple cave river lake island "
    "reef shell sand dune canyon glow bloom blur sharp soft slow fast deep high old first simple study test sketch "
    "remix variation experiment raymarching sdf volumetric path tracing shadow ambient occlusion palette gradient"
)
_TAGS = (
    "noise 2d raymarching fractal 3d sdf water light procedural pattern color fbm voronoi abstract psychedelic tunnel "
    "space clouds fire neon simple music glitch geometry kaleidoscope terrain ocean warp plasma truchet lighting "
    "volumetric mandelbrot julia stars feedback cellular hexagon isometric reflection refraction dithering ascii "
    "game-of-life particles palette polar moire domain-warping path-tracing"
)
WORDS, TAGS = _WORDS.split(), _TAGS.split()

# Words that only a few works have.
RARE_WORDS = [f"{first}{second}" for first in ("zan", "mor", "quil", "tas", "vel", "ori") for second in WORDS]

_USERS = """
    INSERT INTO users (id, handle, email, display_name, bio, role, plan, created_at, updated_at)
    SELECT gen_random_uuid(), 'author-' || n, 'author-' || n || '@example.org', 'Author ' || n, '', 'user', 'free',
        now(), now()
    FROM generate_series(1, :authors) n
"""
# Numbers that shape a work, one row each; few authors have many works, and words and tags follow a power law.
_DRAWN = """
    CREATE TEMPORARY TABLE drawn ON COMMIT DROP AS
    SELECT n, 'bench' || lpad(n::text, 6, '0') AS id, author.id AS author, author.handle,
        ARRAY(SELECT (CAST(:words AS text[]))[1 + floor(power(random(), 2) * :word_count + 0 * n)]
            FROM generate_series(1, 7)) AS words,
        ARRAY(SELECT DISTINCT (CAST(:tags AS text[]))[1 + floor(power(random(), 2.2) * :tag_count)]
            FROM generate_series(1, 1 + n % 5)) AS tags,
        now() - make_interval(secs => 315360000 * power(1 - n::float / :works, 2) + 60 * random()) AS at,
        CASE WHEN random() < 0.61 AND n > 200 THEN 1 + floor(power(random(), 2) * (n - 1))::int END AS parent,
        CASE WHEN random() < 0.2 THEN floor(power(1 / (1.0001 - random()), 1.1))::int ELSE 0 END AS up,
        CASE WHEN random() < 0.04 THEN floor(power(1 / (1.0001 - random()), 0.6))::int ELSE 0 END AS down,
        random() AS a, random() AS b, random() AS c, random() AS d
    FROM generate_series(1, :works) n
    JOIN (SELECT id, handle, row_number() OVER (ORDER BY handle) AS place FROM users) author
        ON author.place = 1 + floor(power(hashint4(n)::float / 4294967296 + 0.5, 2) * (:authors - 1))::int
"""
_SHADERS = """
    INSERT INTO shaders (id, author_id, title, description, tags, search_words, licence, ai_label, dialect, visibility,
        current_version, parent_id, parent_version, root_id, created_at, updated_at, published_at, listed,
        rendered_version, still_name, preview_name, kept_name, kept_width, average_color, animated, up, down, score,
        weighted_score, hot, forks)
    SELECT id, author, initcap(array_to_string(words[1 : 2 + (n % 3)], ' ')),
        CASE WHEN a < 0.7 THEN concat_ws(' ', 'A', words[5], 'of', words[6], 'and', words[7], 'number', n) ELSE '' END,
        tags, array_to_string(tags, ' ') || ' ' || handle,
        (ARRAY['CC0-1.0', 'MIT', 'CC-BY-4.0', 'CC-BY-NC-SA-3.0', 'all-rights-reserved'])[1 + floor(b * 5)],
        (ARRAY['human', 'human', 'human', 'ai-assisted', 'ai-generated'])[1 + floor(c * 5)],
        (ARRAY['shadertoy', 'shadertoy', 'shadertoy', 'glsl-sandbox', 'book-of-shaders', 'es300'])[1 + floor(a * 6)],
        CASE WHEN d < 0.97 THEN 'public' ELSE 'private' END,
        1, 'bench' || lpad(parent::text, 6, '0'), CASE WHEN parent IS NOT NULL THEN 1 END,
        'bench' || lpad(parent::text, 6, '0'), at, at, at, d < 0.95,
        1, 'still/' || left(md5(id), 2) || '/' || md5(id) || md5(n::text) || '.webp',
        CASE WHEN b < 0.8 THEN 'preview/' || left(md5(id), 2) || '/' || md5(n::text) || md5(id) || '.webp' END,
        'kept/' || left(md5(id), 2) || '/' || md5(id) || md5(id || n) || '.webp', 1280,
        '#' || left(md5(id), 6), b < 0.8, up, down, up - down,
        100 * (up - down),
        sign(up - down) * log(1 + abs(up - down))
            + extract(epoch FROM at - CAST(:epoch AS timestamptz)) / :ten,
        0
    FROM drawn
"""
_VERSIONS = """
    INSERT INTO shader_versions (shader_id, number, source, source_sha256, dialect, parameters, parameter_values, note,
        created_at)
    SELECT id, 1, repeat('// a line of code for the benchmark ' || id || E'\n', 12), md5(id) || md5(id), dialect,
        '[]', '{}', '', created_at
    FROM shaders
"""
_RENDERS = """
    INSERT INTO renders (shader_id, version, status, preview_status, attempts, preview_attempts, errors, animated,
        still_name, still_time, average_color, preview_name, kept_status, kept_name, kept_width, timings, created_at,
        updated_at, ready_at)
    SELECT id, 1, 'ready', 'ready', 1, 1, '[]', animated, still_name, 1, average_color, preview_name, 'ready',
        kept_name, kept_width, '{}', created_at, created_at, created_at
    FROM shaders
"""


async def generate_library(database: Database, *, works: int) -> None:
    """Fill an empty database with `works` works (ids `bench000001` ...) and a seventh as many authors."""
    vocabulary = WORDS + RARE_WORDS
    values = {
        "authors": max(works // 7, 10),
        "works": works,
        "words": vocabulary,
        "word_count": len(vocabulary),
        "tags": TAGS,
        "tag_count": len(TAGS),
        "epoch": EPOCH,
        "ten": float(SECONDS_PER_FACTOR_TEN),
    }
    await fill(database, (_USERS, _DRAWN, _SHADERS, _VERSIONS, _RENDERS), values, seed=0.5)


async def fill(database: Database, statements: Sequence[str], values: Mapping[str, Any], *, seed: float) -> None:
    """Run statements in one transaction, each with those of the values that it names, and have the tables analysed."""
    async with database.engine.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SELECT setseed(:seed)"), {"seed": seed})
        for statement in statements:
            names = [name for name in values if f":{name}" in statement.replace("::", "")]
            await connection.execute(text(statement), {name: values[name] for name in names})
    async with database.engine.connect() as connection:
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await settled.execute(text("SET statement_timeout = 0"))
        await settled.execute(text("VACUUM (ANALYZE)"))
