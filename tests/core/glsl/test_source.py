from services.core.glsl.source import logical_lines, plain_code


def numbered(source: str) -> list[tuple[int, str, str | None]]:
    return [(line.number, line.text.strip(), line.directive) for line in logical_lines(source) if line.text.strip()]


def test_lines_are_numbered_as_the_author_sees_them() -> None:
    assert numbered("a\r\nb\rc\n\nd") == [(1, "a", None), (2, "b", None), (3, "c", None), (5, "d", None)]


def test_a_continuation_joins_lines_and_keeps_the_count() -> None:
    assert numbered("#li\\\nne 5\na") == [(1, "#line 5", "line"), (3, "a", None)]


def test_a_comment_of_several_lines_does_not_end_a_directive() -> None:
    assert numbered("# /* x\n */ line 5\na") == [(1, "#   line 5", "line"), (3, "a", None)]


def test_a_comment_before_a_directive_is_where_its_line_begins() -> None:
    assert [(line.number, line.directive) for line in logical_lines("a\n/*\n*/ #line 1\nb")] == [
        (1, None),
        (2, "line"),
        (4, None),
    ]


def test_directives_are_no_plain_code() -> None:
    assert plain_code(logical_lines("a // x\n#define b\nc")) == "a  \nc"


def test_the_text_of_a_comment_is_kept_with_its_line() -> None:
    assert [line.comment for line in logical_lines("a // one // two\nb /* three */\n// four")] == [
        " one // two",
        None,
        " four",
    ]


def test_an_unclosed_comment_runs_to_the_end() -> None:
    assert numbered("a\n/* b\nc") == [(1, "a", None)]
    assert numbered("/") == [(1, "/", None)]
    assert numbered("/*/ a") == []
