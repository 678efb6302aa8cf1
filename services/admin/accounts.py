"""Commands about accounts."""

from argparse import ArgumentParser, Namespace
from functools import partial

from services.admin.command import Command, Outcome, Site
from services.core.accounts import admin
from services.core.accounts.models import Plan
from services.core.identity.permissions import Role
from services.core.kit.errors import InvalidInputError
from services.core.kit.text import clean_line
from services.core.moderation.suspending import user_id_of


def _handle(parser: ArgumentParser) -> None:
    parser.add_argument("handle", type=str.lower)


def _with(kind: type[Role] | type[Plan], parser: ArgumentParser) -> None:
    _handle(parser)
    parser.add_argument("value", type=kind, choices=list(kind), metavar="|".join(kind))


async def _role(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        user = await admin.set_role(session, options.handle, options.value)
        await site.note(session, "account.role", f"user:{user.id}", role=options.value)
    return Outcome(
        [f"{options.handle} has the role {options.value}"], {"handle": options.handle, "role": options.value}
    )


async def _plan(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        user = await admin.set_plan(session, options.handle, options.value)
        await site.note(session, "account.plan", f"user:{user.id}", plan=options.value)
    return Outcome(
        [f"{options.handle} has the plan {options.value}"], {"handle": options.handle, "plan": options.value}
    )


def _suspend_arguments(parser: ArgumentParser) -> None:
    _handle(parser)
    parser.add_argument("--reason", required=True, type=partial(clean_line, limit=300), help="its owner reads it")


async def _suspend(site: Site, options: Namespace) -> Outcome:
    if not options.reason:
        raise InvalidInputError("Say why: its owner reads the reason")
    async with site.database.write() as session:
        user_id = await user_id_of(session, options.handle)
        await site.suspensions.suspend(session, site.actor, user_id, options.reason)
    line = f"{options.handle} is suspended: sessions and keys have ended, the shaders are hidden"
    return Outcome([line], {"handle": options.handle, "suspended": True, "reason": options.reason})


async def _restore(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        was = await site.suspensions.restore(session, site.actor, await user_id_of(session, options.handle))
    line = f"{options.handle} is restored" if was else f"{options.handle} is not suspended"
    return Outcome([line], {"handle": options.handle, "suspended": False, "changed": was})


async def _reset_factor(site: Site, options: Namespace) -> Outcome:
    async with site.database.write() as session:
        user = await admin.reset_second_factor(session, options.handle, site.mails)
        await site.note(session, "account.factor_reset", f"user:{user.id}")
    line = f"{options.handle} signs in without a code; passkeys stay"
    return Outcome([line], {"handle": options.handle})


COMMANDS = (
    Command("role", "make somebody a user, a moderator or an admin", _role, partial(_with, Role)),
    Command("plan", "give an account a plan", _plan, partial(_with, Plan)),
    Command(
        "suspend",
        "end an account's sessions and keys and hide its shaders",
        _suspend,
        _suspend_arguments,
        lambda options: f"Suspend {options.handle}? Sessions and keys end for good, the shaders are hidden.",
    ),
    Command(
        "reset-factor",
        "remove the code app and the recovery codes of who has lost both",
        _reset_factor,
        _handle,
        lambda options: f"Remove the second factor of {options.handle}? Make sure first who asks for it.",
    ),
    Command("restore", "let a suspended user in again", _restore, _handle),
)
