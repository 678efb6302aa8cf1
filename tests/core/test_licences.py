"""Licences: the table of what a fork may be under, and the laws behind it."""

import itertools

import pytest

from services.core.licences import (
    ALL_RIGHTS_RESERVED,
    ALLOWED_IDS,
    LICENCES,
    DerivativesRefusedError,
    LicenceObligationError,
    UnknownLicenceError,
    allowed_for_fork,
    licence_of_fork,
    require_compatible,
    require_known,
)

FREE = {"CC0-1.0", "Unlicense", "0BSD", "MIT-0"}
NON_COMMERCIAL = {name for name in ALLOWED_IDS if "-NC-" in name}

# Somebody else's work under the first may be forked under exactly these.
TABLE = {
    **{name: set(ALLOWED_IDS) for name in FREE},
    **{
        name: set(ALLOWED_IDS) - FREE
        for name in (
            *("MIT", "ISC", "Zlib", "BSL-1.0", "BSD-2-Clause", "BSD-3-Clause"),
            *("Apache-2.0", "CC-BY-3.0", "CC-BY-4.0"),
        )
    },
    **{name: NON_COMMERCIAL | {ALL_RIGHTS_RESERVED} for name in ("CC-BY-NC-3.0", "CC-BY-NC-4.0")},
    **{
        name: {name}
        for name in (
            *("CC-BY-SA-4.0", "CC-BY-NC-SA-4.0", "MPL-2.0"),
            *("GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"),
        )
    },
    "CC-BY-SA-3.0": {"CC-BY-SA-3.0", "CC-BY-SA-4.0"},
    "CC-BY-NC-SA-3.0": {"CC-BY-NC-SA-3.0", "CC-BY-NC-SA-4.0"},
    **{name: set() for name in ("CC-BY-ND-4.0", "CC-BY-NC-ND-4.0", ALL_RIGHTS_RESERVED)},
}


def test_the_table_names_every_licence() -> None:
    assert set(TABLE) == set(ALLOWED_IDS)


@pytest.mark.parametrize("parent", ALLOWED_IDS)
def test_a_fork_may_be_under_exactly_what_the_table_says(parent: str) -> None:
    assert set(allowed_for_fork(parent)) == TABLE[parent]
    for wanted in ALLOWED_IDS:
        if wanted in TABLE[parent]:
            assert licence_of_fork(parent, wanted) == wanted
            require_compatible(parent, wanted)
        elif LICENCES[parent].derivatives:
            with pytest.raises(LicenceObligationError) as caught:
                licence_of_fork(parent, wanted)
            assert set(caught.value.extra["allowed"]) == TABLE[parent]
        else:
            with pytest.raises(DerivativesRefusedError):
                licence_of_fork(parent, wanted)


@pytest.mark.parametrize("parent", [name for name in ALLOWED_IDS if LICENCES[name].derivatives])
def test_a_fork_is_under_the_parents_licence_unless_told(parent: str) -> None:
    assert licence_of_fork(parent, None) == parent


def test_what_the_first_asks_for_reaches_the_last_of_a_line() -> None:
    """If B may follow A and C may follow B, then C keeps what A asks for, so the direct parent is all to look at."""
    for first, second, third in itertools.product(ALLOWED_IDS, repeat=3):
        if second in TABLE[first] and third in TABLE[second]:
            assert third in TABLE[first], (first, second, third)


def test_a_work_of_ones_own_is_bound_by_nothing() -> None:
    for name in ALLOWED_IDS:
        require_compatible(None, name)


@pytest.mark.parametrize("name", ["", "cc0-1.0", "GPL", "WTFPL", "MIT "])
def test_an_unknown_licence_is_refused_with_the_list(name: str) -> None:
    with pytest.raises(UnknownLicenceError) as caught:
        require_known(name)
    assert caught.value.extra["allowed"] == list(ALLOWED_IDS)
