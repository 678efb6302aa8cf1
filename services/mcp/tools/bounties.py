"""What people pledge on desires: `get_bounty`, `pledge`.

Amounts are whole numbers of a currency's minor unit, beside the currency. What reads strangers' words spends nothing:
`pledge` answers with states and amounts only.
"""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.contracts.bounties import Attempt, BountyPublic, Money
from services.mcp.backend import Backend
from services.mcp.tool import Arguments, Result, tool
from services.mcp.tools.desires import DesireId
from services.mcp.tools.writing import REPEATED
from services.mcp.values import RequestKey, idempotency_key

_ATTEMPTS = 20

Amount = Annotated[int, Field(ge=1, le=1_000_000_000, description="in minor units: 2000 are 20.00 USD, 20 are 20 JPY")]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="the site's; THX are points")]


class BountyArguments(Arguments):
    """Which desire's."""

    desire_id: DesireId


class Sum(BaseModel):
    """An amount in minor units."""

    amount: int
    currency: str


class BountyAttempt(BaseModel):
    """An answer, and what is to be paid for it."""

    fulfilment_id: str
    shader_id: str
    author: str
    state: str
    waiting: Sum = Field(description="to be decided")
    net: Sum = Field(description="what its author gets of that")
    accepts_at: datetime | None = Field(default=None, description="when silence accepts it")


class BountyFound(BaseModel):
    """The bounty of a desire."""

    desire_id: str
    state: str
    total: Sum
    people: int
    next_expiry: datetime | None = Field(default=None, description="when the first of it goes back")
    fee_percent: int
    attempts: list[BountyAttempt]
    refusal: str | None = Field(default=None, description="why you may not pledge")
    payout_problem: str | None = Field(default=None, description="why you could not be paid")
    url: str


class PledgeArguments(Arguments):
    """How much on which desire."""

    desire_id: DesireId
    amount: Amount
    currency: CurrencyCode
    request_key: RequestKey = None


class Pledged(BaseModel):
    """The pledge."""

    id: str
    state: str
    money: Sum
    url: str = Field(description="where your user pays it, if it awaits_payment")
    repeated: bool | None = None
    note: str | None = None


@tool(title="Read a bounty", toolset="read", scope=None)
async def get_bounty(backend: Backend, arguments: BountyArguments) -> Result[BountyFound]:
    """What is pledged on a desire, until when, and where the answers to it stand. Pledges are paid to the author of the
    answer that pledgers accept, less the fee."""
    return Result(_found(backend, await backend.api.bounty(arguments.desire_id)))


@tool(title="Pledge on a desire", toolset="write", scope="bounty")
async def pledge(backend: Backend, arguments: PledgeArguments) -> Result[Pledged]:
    """Pledge points or money of your user's on an open desire, within the limits of your key (0 unless they set some).
    Money counts once your user has paid it at `url`. Only they can take it back."""
    body = {"amount": arguments.amount, "currency": arguments.currency}
    key = idempotency_key("pledge", arguments, arguments.request_key)
    made, repeated = await backend.api.pledge(arguments.desire_id, body, key)
    return Result(
        Pledged(
            id=str(made.id),
            state=made.state,
            money=_sum(made.money),
            url=backend.page_of_desire(made.desire_id),
            repeated=repeated or None,
            note=REPEATED if repeated else None,
        )
    )


def _found(backend: Backend, bounty: BountyPublic) -> BountyFound:
    return BountyFound(
        desire_id=bounty.desire_id,
        state=bounty.state,
        total=_sum(bounty.total),
        people=bounty.people,
        next_expiry=bounty.next_expiry,
        fee_percent=bounty.fee_percent,
        attempts=[_attempt(each) for each in bounty.attempts[:_ATTEMPTS]],
        refusal=bounty.refusal,
        payout_problem=bounty.payout_problem,
        url=backend.page_of_desire(bounty.desire_id),
    )


def _attempt(made: Attempt) -> BountyAttempt:
    return BountyAttempt(
        fulfilment_id=str(made.id),
        shader_id=made.shader_id,
        author=made.author.handle,
        state=made.state,
        waiting=_sum(made.waiting),
        net=_sum(made.net),
        accepts_at=made.accepts_at,
    )


def _sum(money: Money) -> Sum:
    return Sum(amount=money.amount, currency=money.currency)
