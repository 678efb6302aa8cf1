"""Currencies, as far as amounts of them need it: exponents, the least that can be charged, and text for people.

An amount is a whole number of the currency's minor unit: 20.00 USD are 2000, 20 JPY are 20. `THX` are points of this
site, which nobody buys or sells.
"""

from dataclasses import dataclass

from services.core.kit.errors import InvalidInputError

POINTS = "THX"


@dataclass(frozen=True, slots=True)
class Currency:
    """`exponent` digits stand behind the point; what is charged is at least `least`, and a multiple of `step`."""

    code: str
    exponent: int
    least: int
    step: int = 1


# The least amounts are the provider's for a settlement in that currency (docs.stripe.com, Supported currencies).
# Of a currency with three decimals the last digit of a charge is 0.
CURRENCIES = {
    currency.code: currency
    for currency in (
        Currency(POINTS, 0, 1),
        Currency("AUD", 2, 50),
        Currency("CAD", 2, 50),
        Currency("CHF", 2, 50),
        Currency("CZK", 2, 1500),
        Currency("DKK", 2, 250),
        Currency("EUR", 2, 50),
        Currency("GBP", 2, 30),
        Currency("JPY", 0, 50),
        Currency("KWD", 3, 500, step=10),
        Currency("NOK", 2, 300),
        Currency("NZD", 2, 50),
        Currency("PLN", 2, 200),
        Currency("SEK", 2, 300),
        Currency("USD", 2, 50),
    )
}


def currency_of(code: str) -> Currency:
    """The currency with this code, in upper case; raises `InvalidInputError`."""
    found = CURRENCIES.get(code)
    if found is None:
        raise InvalidInputError(f"There is no currency {code} here")
    return found


def in_words(amount: int, code: str) -> str:
    """An amount for people: `20.00 USD`, `-5 JPY`, `1.250 KWD`, `3 THX`."""
    exponent = currency_of(code).exponent
    sign, digits = "-" if amount < 0 else "", str(abs(amount)).rjust(exponent + 1, "0")
    whole = digits[: len(digits) - exponent]
    return f"{sign}{whole}{'.' + digits[len(digits) - exponent :] if exponent else ''} {code}"


def is_chargeable(amount: int, code: str) -> bool:
    """Whether a provider could charge this amount."""
    currency = currency_of(code)
    return amount >= currency.least and amount % currency.step == 0


def share(amount: int, percent: int, code: str) -> int:
    """`percent` of a positive amount, rounded down to what the currency can move."""
    step = currency_of(code).step
    return amount * percent // (100 * step) * step
