"""The command about the ledger."""

from argparse import Namespace

from services.admin.command import Command, Outcome, Site
from services.core.ledger.check import check, may_change
from services.core.payments.settings import PaymentSettings


async def _check(site: Site, _: Namespace) -> Outcome:
    async with site.database.read() as session:
        found, owned = await check(session), await may_change(session)
    lines = [f"account {name} is not what its entries say" for name in found.accounts]
    lines += [f"transaction {id_} does not balance" for id_ in found.transactions]
    if owned:
        lines.append("processes log in as who owns the ledger, and could change it: see decision 0081")
    takes_money = site.settings.of(PaymentSettings).takes_money
    data = {"accounts": found.accounts, "transactions": found.transactions, "owned": owned}
    return Outcome(lines or ["the ledger is whole"], data, is_well=not found.count and not (owned and takes_money))


COMMANDS = (
    Command("ledger", "compare the ledger with its entries, and say whether processes could change it", _check),
)
