"""Licences: which a shader may carry, and what a fork of it owes.

The list holds SPDX identifiers that make sense for a shader, and `all-rights-reserved`. Rules of a fork:

- somebody else's shader under a no-derivatives licence or all rights reserved cannot be forked
  (`DerivativesRefusedError`); its author may always fork it;
- a fork's licence keeps what the parent's asks for: credit, no commercial use, and under a share-alike licence the
  licence itself or the later versions that it names (`LicenceObligationError`);
- all rights may be reserved on a fork of anything but a share-alike work, because whoever forks lawfully owns the
  changes and need not license them on.

What binds a shader is recorded when it is forked (`Shader.inherited_licence`), since a licence once given cannot be
taken back: a parent that changes its licence later changes nothing for the forks that exist.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from services.core.kit.errors import ConflictError, ForbiddenError, InvalidInputError

ALL_RIGHTS_RESERVED = "all-rights-reserved"


@dataclass(frozen=True, slots=True)
class Licence:
    """What a licence allows and asks for; `successors` are later versions that a share-alike one lets a fork use."""

    id: str
    name: str
    derivatives: bool = True
    share_alike: bool = False
    credit: bool = True
    non_commercial: bool = False
    successors: frozenset[str] = frozenset()


def _free(spdx: str, name: str) -> Licence:
    return Licence(spdx, name, credit=False)


def _copyleft(spdx: str, name: str, *successors: str, non_commercial: bool = False) -> Licence:
    return Licence(spdx, name, share_alike=True, non_commercial=non_commercial, successors=frozenset(successors))


LICENCES = {
    licence.id: licence
    for licence in (
        _free("CC0-1.0", "Creative Commons Zero 1.0"),
        _free("Unlicense", "The Unlicense"),
        _free("0BSD", "BSD Zero Clause"),
        _free("MIT-0", "MIT No Attribution"),
        Licence("MIT", "MIT"),
        Licence("ISC", "ISC"),
        Licence("Zlib", "zlib"),
        Licence("BSL-1.0", "Boost Software License 1.0"),
        Licence("BSD-2-Clause", "BSD 2-Clause"),
        Licence("BSD-3-Clause", "BSD 3-Clause"),
        Licence("Apache-2.0", "Apache 2.0"),
        Licence("CC-BY-3.0", "Creative Commons Attribution 3.0"),
        Licence("CC-BY-4.0", "Creative Commons Attribution 4.0"),
        _copyleft("CC-BY-SA-3.0", "Creative Commons Attribution Share Alike 3.0", "CC-BY-SA-4.0"),
        _copyleft("CC-BY-SA-4.0", "Creative Commons Attribution Share Alike 4.0"),
        _copyleft("MPL-2.0", "Mozilla Public License 2.0"),
        _copyleft("GPL-3.0-only", "GNU GPL 3.0 only"),
        _copyleft("GPL-3.0-or-later", "GNU GPL 3.0 or later"),
        _copyleft("AGPL-3.0-only", "GNU AGPL 3.0 only"),
        _copyleft("AGPL-3.0-or-later", "GNU AGPL 3.0 or later"),
        Licence("CC-BY-NC-3.0", "Creative Commons Attribution Non Commercial 3.0", non_commercial=True),
        Licence("CC-BY-NC-4.0", "Creative Commons Attribution Non Commercial 4.0", non_commercial=True),
        # What a shader on Shadertoy is under unless its author says otherwise.
        _copyleft(
            "CC-BY-NC-SA-3.0",
            "Creative Commons Attribution Non Commercial Share Alike 3.0",
            "CC-BY-NC-SA-4.0",
            non_commercial=True,
        ),
        _copyleft(
            "CC-BY-NC-SA-4.0", "Creative Commons Attribution Non Commercial Share Alike 4.0", non_commercial=True
        ),
        Licence("CC-BY-ND-4.0", "Creative Commons Attribution No Derivatives 4.0", derivatives=False),
        Licence(
            "CC-BY-NC-ND-4.0",
            "Creative Commons Attribution Non Commercial No Derivatives 4.0",
            derivatives=False,
            non_commercial=True,
        ),
        Licence(ALL_RIGHTS_RESERVED, "All rights reserved", derivatives=False, non_commercial=True),
    )
}
ALLOWED_IDS = tuple(LICENCES)

# A plain string, so that an unknown licence gets its own error and not that of a malformed request.
LicenceId = Annotated[
    str,
    Field(
        examples=["CC-BY-4.0"],
        json_schema_extra={"enum": list(ALLOWED_IDS)},
        description="An SPDX identifier of the list, or `all-rights-reserved`",
    ),
]


class UnknownLicenceError(InvalidInputError):
    """The licence is none of the list; `allowed` holds the list."""

    code = "unknown_licence"
    title = "This licence is not known here"


class DerivativesRefusedError(ForbiddenError):
    """The shader's licence allows no derivatives, and it is not the caller's own."""

    code = "no_derivatives"
    title = "The licence of this work does not allow forks"


class LicenceObligationError(ConflictError):
    """The licence does not keep what the forked shader's licence asks for; `allowed` holds those that do."""

    code = "licence_obligation"
    title = "The licence of the forked work does not allow this one"


def require_known(licence: str) -> Licence:
    """The licence of that id; raises `UnknownLicenceError`."""
    try:
        return LICENCES[licence]
    except KeyError:
        raise UnknownLicenceError(
            "Take an SPDX identifier of the list, or all-rights-reserved", extra={"allowed": list(ALLOWED_IDS)}
        ) from None


def allowed_for_fork(parent: str) -> list[str]:
    """The licences that a fork of somebody else's shader under `parent` may carry; none if it may not be forked."""
    origin = require_known(parent)
    return [each.id for each in LICENCES.values() if _keeps(origin, each)]


def licence_of_fork(parent: str, wanted: str | None) -> str:
    """The licence of a fork of somebody else's shader under `parent`: `wanted`, or the parent's own.

    Raises `DerivativesRefusedError`, `UnknownLicenceError` or `LicenceObligationError`.
    """
    if not require_known(parent).derivatives:
        raise DerivativesRefusedError(f"It is under {parent}; only its author can fork it")
    require_compatible(parent, wanted or parent)
    return wanted or parent


def require_compatible(inherited: str | None, licence: str) -> None:
    """Raise unless a shader that is bound by `inherited` (None: by nothing) may be under `licence`."""
    chosen = require_known(licence)
    if inherited is None or _keeps(require_known(inherited), chosen):
        return
    raise LicenceObligationError(
        f"A fork of a work under {inherited} cannot be under {licence}", extra={"allowed": allowed_for_fork(inherited)}
    )


def _keeps(parent: Licence, fork: Licence) -> bool:
    if not parent.derivatives:
        return False
    if parent.share_alike:
        return fork.id == parent.id or fork.id in parent.successors
    keeps_credit = fork.credit or not parent.credit
    keeps_purpose = fork.non_commercial or not parent.non_commercial
    return keeps_credit and keeps_purpose
