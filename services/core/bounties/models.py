"""Pledges, what happened to each, what pledgers object, what operators decided, and how much a key may pledge."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text, text
from sqlmodel import Field, SQLModel

from services.contracts.bounties import PledgeState, ReturnReason
from services.core.kit.tables import optional_time_field, time_field

LONGEST_REASON = 1_000


def _amount(**options: Any) -> Any:
    return Field(sa_type=BigInteger, **options)


class Pledge(SQLModel, table=True):
    """A prepayment for a work that answers a desire; the unit of all decisions.

    What it was made for and under which terms is copied into it: a desire's row may go with its author's account, so
    none of its columns is a foreign key to it. `answer_id` is the fulfilment that it waits for or pays, `artist_id` its
    author. `moves` counts its history, and so names its postings.
    """

    __tablename__ = "pledges"
    __table_args__ = (
        CheckConstraint("amount > 0 AND fee >= 0 AND fee <= amount", name="amount"),
        CheckConstraint("hold_until <= paid_at + interval '80 days'", name="hold"),
        CheckConstraint("(paid_at IS NULL) = (hold_until IS NULL)", name="paid"),
        Index("ix_pledges_desire", "desire_id", "state"),
        Index("ix_pledges_pledger", "pledger_id", text("created_at DESC"), text("id DESC")),
        Index("ix_pledges_artist", "artist_id", postgresql_where=text("artist_id IS NOT NULL")),
        Index("ix_pledges_answer", "answer_id", postgresql_where=text("answer_id IS NOT NULL")),
        Index("ix_pledges_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_pledges_contested", "contest_until", postgresql_where=text("state = 'contested'")),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    desire_id: str = Field(max_length=16)
    pledger_id: UUID = Field(foreign_key="users.id")
    key_id: UUID | None = None
    prompt: str = Field(sa_type=Text)
    amount: int = _amount()
    currency: str = Field(max_length=3)
    fee: int = _amount()
    fee_percent: int
    terms_version: str = Field(max_length=20)
    state: PledgeState = Field(default=PledgeState.AWAITING_PAYMENT, sa_type=String)
    reason: ReturnReason | None = Field(default=None, sa_type=String)
    created_at: datetime = time_field()
    paid_at: datetime | None = optional_time_field()
    expires_at: datetime | None = optional_time_field()
    hold_until: datetime | None = optional_time_field()
    answer_id: UUID | None = Field(default=None, foreign_key="desire_fulfilments.id")
    artist_id: UUID | None = Field(default=None, foreign_key="users.id")
    review_since: datetime | None = optional_time_field()
    review_until: datetime | None = optional_time_field()
    owner_accepted_at: datetime | None = optional_time_field()
    contest_until: datetime | None = optional_time_field()
    accepted_at: datetime | None = optional_time_field()
    moved_at: datetime = time_field()
    # When time is the next to move it (clocks.py).
    due_at: datetime | None = optional_time_field()
    netted: int = _amount(default=0)
    before: PledgeState | None = Field(default=None, sa_type=String)
    dispute_id: str | None = Field(default=None, max_length=255)
    disputed: int = _amount(default=0)
    dispute_open: bool = False
    dispute_lost: bool = False
    moves: int = 0


class PledgeMove(SQLModel, table=True):
    """One thing that happened to a pledge. `by_id` is whoever did it; null: time, or the provider."""

    __tablename__ = "pledge_moves"

    pledge_id: UUID = Field(foreign_key="pledges.id", primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = time_field()
    event: str = Field(max_length=40)
    state: PledgeState = Field(sa_type=String)
    by_id: UUID | None = Field(default=None, foreign_key="users.id")
    reason: str = Field(default="", sa_type=Text)


class PledgeObjection(SQLModel, table=True):
    """What a pledger says against an answer."""

    __tablename__ = "pledge_objections"
    __table_args__ = (
        Index("ix_pledge_objections_answer", "answer_id"),
        Index("ix_pledge_objections_user", "user_id"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pledge_id: UUID = Field(foreign_key="pledges.id", index=True)
    answer_id: UUID = Field(foreign_key="desire_fulfilments.id")
    user_id: UUID = Field(foreign_key="users.id")
    reason: str = Field(sa_type=Text)
    created_at: datetime = time_field()


class PledgeDecision(SQLModel, table=True):
    """What an operator decided about a contested pledge, and why."""

    __tablename__ = "pledge_decisions"

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    pledge_id: UUID = Field(foreign_key="pledges.id", index=True)
    operator_id: UUID = Field(foreign_key="users.id")
    pays: bool
    reason: str = Field(sa_type=Text)
    created_at: datetime = time_field()


class ChangesAsked(SQLModel, table=True):
    """What the desire's author asked to be changed in an answer, once. `answered_at`: its author sent it in again."""

    __tablename__ = "bounty_changes"

    answer_id: UUID = Field(foreign_key="desire_fulfilments.id", primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    wanted: str = Field(sa_type=Text)
    asked_at: datetime = time_field()
    until: datetime = time_field()
    answered_at: datetime | None = optional_time_field()


class KeyPledgeLimit(SQLModel, table=True):
    """How much a key may pledge: each time, on a day, in all. Without a row, nothing. Returns give nothing back."""

    __tablename__ = "key_pledge_limits"
    __table_args__ = (
        CheckConstraint("per_pledge >= 0 AND per_day >= 0 AND in_all >= 0", name="limits"),
        CheckConstraint("spent >= 0 AND spent_today >= 0", name="spent"),
    )

    key_id: UUID = Field(foreign_key="api_keys.id", primary_key=True, ondelete="CASCADE")
    user_id: UUID = Field(foreign_key="users.id", index=True)
    currency: str = Field(max_length=3)
    per_pledge: int = _amount(default=0)
    per_day: int = _amount(default=0)
    in_all: int = _amount(default=0)
    spent: int = _amount(default=0)
    spent_today: int = _amount(default=0)
    today: date | None = None
