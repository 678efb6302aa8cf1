"""Balances, sums and statements; amounts as people read them."""

from datetime import timedelta

import pytest

from services.core.kit.database import WriteSession
from services.core.ledger.currencies import in_words, is_chargeable, share
from services.core.ledger.models import AccountKind
from services.core.ledger.posting import Account, post, post_all
from services.core.ledger.reading import balance_of, balances_of, stands, statement_of, totals
from tests.core.ledger.test_posting import HELD, NOW, REFUND_DUE, STRIPE, paid, posting


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        (2000, "USD", "20.00 USD"),
        (5, "EUR", "0.05 EUR"),
        (-2000, "EUR", "-20.00 EUR"),
        (500, "JPY", "500 JPY"),
        (1250, "KWD", "1.250 KWD"),
        (5, "KWD", "0.005 KWD"),
        (3, "THX", "3 THX"),
    ],
)
def test_an_amount_is_shown_with_its_decimals(amount: int, currency: str, words: str) -> None:
    assert in_words(amount, currency) == words


def test_what_can_be_charged_goes_by_the_currency() -> None:
    assert [is_chargeable(amount, "JPY") for amount in (49, 50)] == [False, True]
    assert [is_chargeable(amount, "KWD") for amount in (490, 505, 510)] == [False, False, True]


def test_a_share_is_rounded_down_to_what_the_currency_moves() -> None:
    assert (share(2005, 10, "EUR"), share(55, 10, "JPY"), share(1250, 10, "KWD")) == (200, 5, 120)


async def test_balances_count_on_the_side_on_which_an_account_grows(session: WriteSession) -> None:
    await post_all(session, [paid(), posting("back", (HELD, 200), (REFUND_DUE, -200))])
    assert await balance_of(session, STRIPE, "EUR") == 500
    assert await balances_of(session, AccountKind.HELD, ["p1", "p2"], "EUR") == {"p1": 300, "p2": 0}
    assert await totals(session) == {
        (AccountKind.STRIPE, "EUR"): 500,
        (AccountKind.HELD, "EUR"): -300,
        (AccountKind.REFUND_DUE, "EUR"): -200,
    }
    assert await stands(session, ["txn_1", "txn_2"]) == {"txn_1"}


async def test_a_statement_has_the_lines_of_a_time_with_the_balance_behind_each(session: WriteSession) -> None:
    artist = Account(AccountKind.PAYABLE, "a1")
    await post(session, paid())
    await post(session, posting("p1:accepted", (HELD, 500), (artist, -500)))
    await post(session, posting("p1:released", (artist, 500), (STRIPE, -500)))
    lines = await statement_of(session, artist, "EUR", since=NOW, until=NOW + timedelta(days=1))
    assert [(line.external_id, line.amount, line.balance) for line in lines] == [
        ("p1:accepted", 500, 500),
        ("p1:released", -500, 0),
    ]
    assert await statement_of(session, artist, "EUR", since=NOW - timedelta(days=1), until=NOW) == []
