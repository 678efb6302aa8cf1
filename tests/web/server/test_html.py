"""HTML is escaped by construction."""

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from services.web.server.html import Markup, join, tag


class Reader(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((name, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


# Control characters are not text in HTML; the API refuses them before they come here.
words = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@given(words, words)
def test_no_text_becomes_markup(content: str, value: str) -> None:
    seen = read(tag("p", content, title=value))
    assert seen.tags == [("p", {"title": value})]
    assert seen.text == content


def test_markup_is_kept_and_nested() -> None:
    assert tag("p", "a < b ", tag("b", "c"), None, ["d", [tag("i", "&")]]) == (
        "<p>a &lt; b <b>c</b>d<i>&amp;</i></p>"
    )  # fmt: skip


def test_attributes_of_none_and_false_are_left_out() -> None:
    assert tag("input", name="q", required=True, disabled=False, value=None, data_loop="x") == (
        '<input name="q" required data-loop="x">'
    )


def test_join_of_markup_is_markup() -> None:
    assert isinstance(join(["a", tag("b", "c")]), Markup)
