"""Connected accounts of API v2 as recipients of transfers, and the links by which people set them up."""

import copy
import secrets

from tests.stripe.blanks import ACCOUNT
from tests.stripe.errors import RefusedError, invalid, required
from tests.stripe.handlers import ANSWERED, Call, check_url, metadata, on
from tests.stripe.money import balance, owned
from tests.stripe.world import SHOWN, Obj, World, shown

TRANSFERS = "stripe_transfers"
# Members that are null unless a request includes them.
_PARTS = (
    "configuration.customer",
    "configuration.merchant",
    "configuration.recipient",
    "defaults",
    "future_requirements",
    "identity",
    "requirements",
)
# What a new recipient has to give, in the words of Stripe's list.
NEEDED = (
    "identity.individual.name",
    "identity.individual.address",
    "identity.individual.date_of_birth",
    "external_account",
)


@on("post /v2/core/accounts")
def _create(world: World, call: Call) -> Obj:
    given = call.params
    recipient = _recipient(given)
    identity = given.get("identity", {})
    if not identity.get("country"):
        raise required("identity.country")
    responsibilities = given.get("defaults", {}).get("responsibilities")
    if responsibilities is None:
        raise required("defaults.responsibilities")
    if not given.get("dashboard"):
        raise required("dashboard")
    if given["dashboard"] != "full" and responsibilities["losses_collector"] != "application":
        raise invalid("defaults.responsibilities", "with this dashboard the application collects losses")
    if not given.get("contact_email") and given["dashboard"] != "none":
        raise required("contact_email")
    made = world.add(_account(world, given, recipient))
    world.emit("v2.core.account.created", made)
    return made


def _recipient(given: Obj) -> Obj:
    asked = given.get("configuration", {}).get("recipient")
    wanted = (asked or {}).get("capabilities", {}).get("stripe_balance", {}).get(TRANSFERS, {})
    if not wanted.get("requested"):
        raise RefusedError(
            "This fake makes recipients that request stripe_balance.stripe_transfers.", param="configuration.recipient"
        )
    return {
        TRANSFERS: _capability("restricted", "requirements_past_due", "provide_info"),
        "payouts": _capability("restricted", "requirements_past_due", "provide_info"),
    }


def _capability(status: str, code: str | None = None, resolution: str = "no_resolution") -> Obj:
    return {"status": status, "status_details": [{"code": code, "resolution": resolution}] if code else []}


def _account(world: World, given: Obj, recipient: Obj) -> Obj:
    defaults = given["defaults"]
    return {
        **copy.deepcopy(ACCOUNT),
        "id": world.new_id("acct"),
        "configuration": {
            "customer": None,
            "merchant": None,
            "recipient": {
                "applied": True,
                "capabilities": {"bank_accounts": None, "cards": None, "stripe_balance": recipient},
                "default_outbound_destination": None,
            },
        },
        "contact_email": given.get("contact_email"),
        "contact_phone": given.get("contact_phone"),
        "created": world.clock.now(),
        "dashboard": given["dashboard"],
        "defaults": {
            "currency": defaults.get("currency", world.choices.currency),
            "locales": defaults.get("locales", []),
            "profile": {
                "business_url": None,
                "doing_business_as": None,
                "product_description": None,
                **defaults.get("profile", {}),
            },
            "responsibilities": {**defaults["responsibilities"], "requirements_collector": "stripe"},
        },
        "display_name": given.get("display_name"),
        "identity": {
            "attestations": None,
            "business_details": None,
            "entity_type": None,
            "individual": None,
            **given["identity"],
        },
        "metadata": metadata(given.get("metadata")),
        "requirements": _requirements(world, NEEDED),
    }


def _requirements(world: World, needed: tuple[str, ...]) -> Obj:
    deadline = {"minimum_deadline": {"status": "currently_due", "time": None}}
    entries = [
        {
            "awaiting_action_from": "user",
            "description": each,
            "errors": [],
            "impact": {
                "restricts_capabilities": [
                    {
                        "capability": "stripe_balance.stripe_transfers",
                        "configuration": "recipient",
                        "deadline": {"status": "currently_due"},
                    }
                ]
            },
            "minimum_deadline": {"status": "currently_due"},
            "reference": None,
            "requested_reasons": [{"code": "routine_onboarding"}],
        }
        for each in needed
    ]
    return {"entries": entries, "summary": deadline if entries else None}


def capability(account: Obj, name: str) -> Obj:
    """One of the recipient's capabilities."""
    found: Obj = account["configuration"]["recipient"]["capabilities"]["stripe_balance"][name]
    return found


def is_active(account: Obj, name: str) -> bool:
    """Whether the recipient has it."""
    return bool(capability(account, name)["status"] == "active")


def onboard(world: World, account: Obj, ending: str = "complete") -> None:
    """What a person does on the onboarding page: `complete`, `partly`, `pending`, `reject` or `restrict`."""
    left, status = {
        "complete": ((), _capability("active")),
        "partly": (NEEDED[2:], _capability("restricted", "requirements_past_due", "provide_info")),
        "pending": ((), _capability("pending", "requirements_pending_verification", "no_resolution")),
        "reject": ((), _capability("rejected", "rejected_other", "contact_stripe")),
        "restrict": (
            ("identity.individual.documents.primary_verification",),
            _capability("restricted", "requirements_past_due", "provide_info"),
        ),
    }[ending]
    account["requirements"] = _requirements(world, left)
    account["identity"]["entity_type"] = "individual"
    capabilities = account["configuration"]["recipient"]["capabilities"]["stripe_balance"]
    before = capability(account, TRANSFERS)["status"]
    capabilities.update({TRANSFERS: copy.deepcopy(status), "payouts": copy.deepcopy(status)})
    world.emit("v2.core.account[requirements].updated", account)
    if before != status["status"]:
        world.emit("v2.core.account[configuration.recipient].capability_status_updated", account)
    world.emit("v2.core.account.updated", account)


def _included(world: World, call: Call, account: Obj) -> Obj:
    """An account as v2 answers it: parts that were not asked for are null."""
    made = shown(world, account)
    include = call.params.get("include", [])
    for part in _PARTS:
        head, _, rest = part.partition(".")
        if part not in include:
            if rest:
                made[head][rest] = None
            else:
                made[head] = None
    if not any(each.startswith("configuration") for each in include):
        made["configuration"] = None
    return made


SHOWN["v2.core.account"] = lambda world, about: {"created": world.written(about["created"])}
ANSWERED["v2.core.account"] = _included


@on("get /v2/core/accounts/{id}")
def _one(world: World, call: Call) -> Obj:
    return world.find("v2.core.account", call.place())


@on("get /v2/core/accounts")
def _list(world: World, call: Call) -> Obj:
    found = world.of("v2.core.account", closed=False)[::-1][: call.params.get("limit", 20)]
    none = Call({}, {})
    return {
        "id": "",
        "object": "list",
        "data": [_included(world, none, each) for each in found],
        "next_page_url": None,
        "previous_page_url": None,
    }


@on("post /v2/core/accounts/{id}")
def _change(world: World, call: Call) -> Obj:
    found = world.find("v2.core.account", call.place())
    given = call.params
    for name in ("contact_email", "contact_phone", "display_name", "dashboard"):
        if name in given:
            found[name] = given[name]
    country = given.get("identity", {}).get("country")
    if country and country.upper() != found["identity"]["country"].upper():
        raise invalid("identity.country", "it cannot be changed")
    found["identity"].update(given.get("identity", {}))
    found["metadata"] = metadata(given.get("metadata"), found["metadata"])
    world.emit("v2.core.account.updated", found)
    return found


@on("post /v2/core/accounts/{id}/close")
def _close(world: World, call: Call) -> Obj:
    found = world.find("v2.core.account", call.place())
    currencies = {each["currency"] for each in owned(world, found["id"])}
    if any(sum(balance(world, found["id"], currency)) for currency in currencies):
        raise RefusedError("The account's balance is not zero.", code="account_balance_not_zero")
    found["closed"] = True
    world.emit("v2.core.account.closed", found)
    return found


@on("post /v2/core/account_links")
def _link(world: World, call: Call) -> Obj:
    case = call.params["use_case"]
    account = world.find("v2.core.account", call.params["account"], "account")
    options = case.get(case["type"])
    if options is None:
        raise required(f"use_case.{case['type']}")
    for name in ("refresh_url", "return_url"):
        if name in options:
            check_url(options[name], f"use_case.{case['type']}.{name}")
    now = world.clock.now()
    token = secrets.token_urlsafe(12)
    made = {
        "object": "v2.core.account_link",
        "account": account["id"],
        "created": now,
        "expires_at": world.written(now + world.choices.link_seconds),
        "livemode": False,
        "url": f"{world.choices.pages}/onboarding/{token}",
        "use_case": case,
    }
    world.secret[token].update(link=made, expires_at=now + world.choices.link_seconds, is_used=False)
    return {**made, "created": world.written(now)}


def follow_link(world: World, token: str) -> tuple[Obj, Obj, bool]:
    """The account and the options of a link, and whether it still opens; it opens once."""
    kept = world.secret[token]
    link = kept["link"]
    opens = not kept["is_used"] and world.clock.now() < kept["expires_at"]
    kept["is_used"] = True
    return world.by_id[link["account"]], link["use_case"][link["use_case"]["type"]], opens
