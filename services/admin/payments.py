"""Commands about payments."""

from argparse import ArgumentParser, Namespace
from uuid import UUID

from services.admin.command import Command, Outcome, Site
from services.core.bounties.draining import drain
from services.core.kit.errors import NotFoundError
from services.core.kit.tables import utc_now
from services.core.ledger.currencies import in_words
from services.core.payments import measuring
from services.core.payments.calls import ask_again, refused_calls
from services.core.payments.capabilities import require_provider
from services.core.payments.service import Payments
from services.core.payments.settings import PaymentSettings


async def _status(site: Site, _: Namespace) -> Outcome:
    async with site.database.read() as session:
        waiting, books = await measuring.waiting(session), await measuring.books(session)
        refused = await refused_calls(session)
    ages = f"oldest call {waiting.oldest_call} s, oldest event {waiting.oldest_event} s"
    lines = [f"{ages}, {waiting.stuck_refunds} refunds stuck, {waiting.unbooked} movements unbooked"]
    for book in books:
        sums = ", ".join(f"{name} {in_words(amount, book.currency)}" for name, amount in book.accounts.items())
        age = "never compared" if book.age is None else f"compared {book.age / 3600:.1f} h ago"
        lines.append(f"{sums}; {age}, difference {in_words(book.difference, book.currency)}")
        if book.missing:
            lines.append(f"{in_words(book.missing, book.currency)} less is at the provider than is owed: top it up")
    lines += [f"refused: {call.id}  {call.kind}  {call.subject}  {call.reason}" for call in refused]
    is_well = not any(book.difference or book.missing or book.accounts["suspense"] for book in books)
    data = {
        "stuck_refunds": waiting.stuck_refunds,
        "unbooked": waiting.unbooked,
        "books": [{"currency": book.currency, "difference": book.difference, **book.accounts} for book in books],
        "refused": [str(call.id) for call in refused],
    }
    return Outcome(lines, data, is_well=is_well and not waiting.stuck_refunds and not waiting.unbooked)


async def _reconcile(site: Site, _: Namespace) -> Outcome:
    payments = Payments.open(site.database, site.settings.of(PaymentSettings), "")
    try:
        rows = await payments.money.reconciler.run()
    finally:
        await payments.aclose()
    lines = [
        f"{row.currency}: ledger {in_words(row.ledger_amount, row.currency)}, provider "
        f"{in_words(row.provider_amount, row.currency)}; {row.booked} lines booked, {row.suspended} into suspense, "
        f"{row.unbooked} left for later"
        for row in rows
    ]
    is_well = all(row.ledger_amount == row.provider_amount and not row.suspended for row in rows)
    return Outcome(lines or ["nothing has moved yet"], {"currencies": len(rows)}, is_well=is_well)


async def _again(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        if not await ask_again(session, options.id):
            raise NotFoundError("There is no such call, or it was not refused")
        await site.note(session, "payments.asked_again", f"call:{options.id}")
    return Outcome(["sent again"], {"call": str(options.id)})


async def _drain(site: Site, _: Namespace) -> Outcome:
    settings = site.settings.of(PaymentSettings)
    require_provider(settings, money=True)
    returned = await drain(site.database, settings, utc_now())
    async with site.database.write() as session:
        owed = await measuring.left(session)
        await site.note(session, "payments.drained", "pledges:open", count=returned)
    lines = [f"{returned} pledges go back", f"{', '.join(owed)} held or owed for now" if owed else "nothing is owed"]
    return Outcome(lines, {"returned": returned, "owed": owed})


def _again_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=UUID)


COMMANDS = (
    Command("payments", "what waits, how the books stand, and which calls were refused", _status),
    Command("reconcile", "compare the ledger with the provider now; changes nothing there", _reconcile),
    Command(
        "drain",
        "give back all pledges of money that nobody has answered, and say what is still owed",
        _drain,
        question=lambda _: "Give back all pledges that nobody has answered?",
    ),
    Command("ask-again", "send a refused call to the provider once more", _again, _again_arguments),
)
