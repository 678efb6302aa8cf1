"""Gate 1: a request's parameters against the SDK's own type for them.

The SDK has a TypedDict for each route's parameters. They are read as closed: a name that is not in them is refused,
and an open enumeration (a `Literal` joined with `str`) takes only what it lists. Only hashes that a request brings
are looked at, so nothing has to be built beforehand; pydantic judges what is no hash and no list.
"""

import sys
import typing
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import typing_extensions
from pydantic import TypeAdapter, ValidationError
from stripe import RequestOptions

from tests.stripe.errors import RefusedError, invalid, required, unknown

_OPTIONS = frozenset(RequestOptions.__annotations__)
_MARKS = (typing_extensions.NotRequired, typing_extensions.Required)


def fitting(shape: Any, value: Any, *, strict: bool, where: str = "") -> Any:
    """`value` as `shape` has it: numbers out of a form's texts, lists out of its hashes. Raises `RefusedError`.

    Strict is JSON, where a number is no text.
    """
    kinds = _alternatives(shape)
    if isinstance(value, dict):
        return _hash_or_list(kinds, value, strict, where)
    if isinstance(value, list):
        inner = next((kind for kind in kinds if get_origin(kind) is list), None)
        if inner is None:
            raise invalid(where, "an array was not expected")
        return [fitting(get_args(inner)[0], each, strict=strict, where=f"{where}[{n}]") for n, each in enumerate(value)]
    leaves = tuple(kind for kind in kinds if _is_leaf(kind))
    if not leaves:
        raise invalid(where, "Invalid hash" if any(map(_is_hash, kinds)) else "Invalid array")
    try:
        return _adapter(leaves).validate_python(value, strict=strict)
    except ValidationError as error:
        raise invalid(where, f"{error.errors()[0]['msg']}, not {value!r}") from error


def _hash_or_list(kinds: tuple[Any, ...], value: dict[str, Any], strict: bool, where: str) -> Any:
    if value and all(name.isdigit() for name in value) and any(get_origin(kind) is list for kind in kinds):
        ordered = [value[name] for name in sorted(value, key=int)]
        return fitting(Union[kinds], ordered, strict=strict, where=where)  # noqa: UP007 -- of a tuple
    refusal: RefusedError | None = None
    for kind in kinds:
        if get_origin(kind) is dict:
            inner = get_args(kind)[1]
            return {name: fitting(inner, each, strict=strict, where=f"{where}[{name}]") for name, each in value.items()}
        if _is_hash(kind):
            try:
                return _hash(kind, value, strict, where)
            except RefusedError as error:
                refusal = error
    raise refusal or invalid(where, "a hash was not expected")


def _hash(kind: Any, value: dict[str, Any], strict: bool, where: str) -> dict[str, Any]:
    members = _members(kind)
    names = {name: f"{where}[{name}]" if where else name for name in (*members, *value)}
    for name in value:
        if name not in members:
            raise unknown(names[name])
    for name, (_, is_required) in members.items():
        if is_required and name not in value:
            raise required(names[name])
    return {
        name: fitting(members[name][0], each, strict=strict, where=names[name])
        for name, each in value.items()
        if not (strict and each is None)
    }


@cache
def _members(kind: Any) -> dict[str, tuple[Any, bool]]:
    """The members of a TypedDict of the SDK: their types, and whether they have to be there."""
    own = {name: each for name, each in kind.__annotations__.items() if name not in _OPTIONS}
    # In place of the class itself: the options that it may inherit name types which their module does not import.
    stand_in = type(kind.__name__, (), {"__annotations__": own, "__module__": kind.__module__})
    hints = get_type_hints(stand_in, vars(sys.modules[kind.__module__]), include_extras=True)
    return {
        name: (get_args(hint)[0], False) if get_origin(hint) in _MARKS else (hint, True) for name, hint in hints.items()
    }


@cache
def _alternatives(shape: Any) -> tuple[Any, ...]:
    """What a value may be, with open enumerations closed and without the SDK's own objects."""
    kinds = get_args(shape) if get_origin(shape) in {Union, UnionType} else (shape,)
    if any(get_origin(kind) is Literal and any(get_args(kind)) for kind in kinds):
        kinds = tuple(kind for kind in kinds if kind is not str)
    return tuple(kind for kind in kinds if not _is_of_the_sdk(kind))


def _is_of_the_sdk(kind: Any) -> bool:
    whole = get_origin(kind) or kind
    return getattr(whole, "__module__", "").startswith("stripe.") and not _is_hash(kind)


def _is_hash(kind: Any) -> bool:
    return typing.is_typeddict(kind) or typing_extensions.is_typeddict(kind)


def _is_leaf(kind: Any) -> bool:
    return not _is_hash(kind) and get_origin(kind) not in {list, dict}


@cache
def _adapter(kinds: tuple[Any, ...]) -> TypeAdapter[Any]:
    joined: Any = Union[kinds]  # noqa: UP007 -- of a tuple
    return TypeAdapter(joined)
