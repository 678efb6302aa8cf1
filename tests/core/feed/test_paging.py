"""A walk through a ranking: however it is kept and read, its pages show each shader once."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.core.feed.paging import Walk


@st.composite
def walks(draw: st.DrawFn) -> Walk:
    count = draw(st.integers(1, 120))
    few = st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 5), min_size=count, max_size=count)
    return Walk(
        size=draw(st.integers(1, 30)),
        names=np.array([f"shader{number}" for number in range(count)], dtype=np.bytes_),
        authors=np.array(draw(few), dtype=np.uint32),
        roots=np.array(draw(few), dtype=np.uint32),
        hints=draw(st.binary(min_size=count, max_size=count)),
        liked=draw(st.dictionaries(st.sampled_from(["water", "fire"]), st.floats(0, 5))),
    )


@given(walks())
def test_the_pages_show_each_shader_once(walk: Walk) -> None:
    shown = [place for page in walk.pages() for place in page]
    assert sorted(shown) == list(range(len(walk.names)))


@given(walks())
def test_a_walk_that_was_kept_has_the_same_pages(walk: Walk) -> None:
    kept = Walk.unpacked(walk.packed())
    assert kept.pages() == walk.pages()
    everywhere = range(len(walk.names))
    assert (kept.size, kept.ids(everywhere), kept.hints) == (walk.size, walk.ids(everywhere), walk.hints)
    assert kept.liked == walk.liked
    assert [walk.first_page()] == kept.pages()[:1]
