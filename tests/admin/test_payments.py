"""The commands about payments, against the fake of Stripe."""

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.admin.__main__ import parser, run
from services.admin.settings import AdminSettings
from services.api.settings import ApiSettings
from services.core.audit.models import AuditEntry
from services.core.kit.database import Database
from services.core.payments import calls
from services.core.payments.models import CallState
from services.core.payments.settings import PaymentSettings

if TYPE_CHECKING:
    from tests.stripe.scene import FakeStripe


async def command(settings: AdminSettings, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """Status and answer of a command."""
    status = await run(parser().parse_args(["admin", *words, "--json", "--yes"]), settings)
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture
def plain(settings: ApiSettings) -> AdminSettings:
    return AdminSettings(database=settings.database, redis=settings.redis, storage=settings.storage)


async def test_without_money_there_is_nothing_to_compare(
    plain: AdminSettings, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    status, answer = await command(plain, capsys, "payments")
    assert (status, answer["books"], answer["refused"]) == (0, [], [])
    for word in ("reconcile", "drain"):
        status, answer = await command(plain, capsys, word)
        assert (status, answer["code"]) == (1, "payments_off")


async def test_books_refused_calls_and_a_comparison_are_shown(
    plain: AdminSettings,
    database: Database,
    stripe_on_a_port: "FakeStripe",
    capsys: pytest.CaptureFixture[str],
) -> None:
    from tests.core.payments.scene import Till, settings_for

    admin = plain.replace(settings_for(stripe_on_a_port, stripe_api_base=stripe_on_a_port.url))
    assert isinstance(admin.of(PaymentSettings), PaymentSettings)
    till = await Till.open(database, stripe_on_a_port)
    order = await till.paid()
    async with database.write() as session:
        refund = calls.refund(till.subject, payment_id="pi_nobody", amount=500, currency="USD")
        call_id = await calls.ask(session, refund)
    await till.money.sender.send(call_id)
    status, answer = await command(admin, capsys, "reconcile")
    assert (status, answer["currencies"]) == (0, 1)
    # What is owed is more than there is, by the provider's fee: a site begins with money of its own.
    status, answer = await command(admin, capsys, "payments")
    (book,) = answer["books"]
    assert (status, book["held"], book["difference"], answer["refused"]) == (1, order.amount, 0, [str(call_id)])
    assert (await command(admin, capsys, "ask-again", str(call_id)))[0] == 0
    assert (await till.call(call_id)).state == CallState.ASKED
    for unknown in (str(call_id), str(uuid4())):
        assert (await command(admin, capsys, "ask-again", unknown))[1]["code"] == "not_found"
    async with database.read() as session:
        entries = list(await session.scalars(select(AuditEntry)))
    assert [(entry.action, entry.subject) for entry in entries] == [("payments.asked_again", f"call:{call_id}")]
