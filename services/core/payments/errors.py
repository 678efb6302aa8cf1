"""Refusals of payments that several files share."""

from services.core.kit.errors import ConflictError, InvalidInputError, RateLimitedError


class AlreadyPaidError(ConflictError):
    """There is nothing to pay any more."""

    code = "already_paid"
    title = "This is paid already"


class TooManyCheckoutsError(RateLimitedError):
    """So many payment pages in an hour look like somebody who tries cards."""

    code = "too_many_checkouts"
    title = "Too many payment pages in an hour"


class CountryNotPayableError(InvalidInputError):
    """Artists in this country cannot be paid from here."""

    code = "country_not_payable"
    title = "Artists in this country cannot be paid from this site"


class PayoutAccountNeededError(ConflictError):
    """There is no payout account yet, or it has been closed."""

    code = "no_payout_account"
    title = "There is no payout account yet"
