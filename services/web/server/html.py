"""HTML that is escaped by construction: text becomes markup only through `tag`.

`Markup` is text that is already HTML. `tag("a", "words", href=url)` escapes every child that is a plain string and
every attribute; there is no other way to make an element, so a title can never turn into one.
"""

from collections.abc import Iterable
from html import escape


class Markup(str):
    """Text that is HTML."""

    __slots__ = ()


Child = str | Markup | None | Iterable["Child"]

_VOID = frozenset({"meta", "link", "img", "source", "input", "br"})


def tag(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """An element. An attribute of None or False is left out, True stands alone; `class_` is `class`, `_` is `-`."""
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(children)}</{name}>")


def join(children: Child) -> Markup:
    """Children one after the other, plain strings escaped, None left out."""
    if children is None:
        return Markup("")
    if isinstance(children, Markup):
        return children
    if isinstance(children, str):
        return Markup(escape(children))
    return Markup("".join(join(child) for child in children))


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
