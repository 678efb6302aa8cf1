"""What is refused about pledges and answers to desires with a bounty."""

from datetime import datetime

from services.contracts.bounties import PledgeState
from services.core.kit.errors import ConflictError, ForbiddenError, InvalidInputError


class PledgesClosedError(ForbiddenError):
    """The operator takes no new pledges at the moment."""

    code = "pledges_closed"
    title = "New pledges are not taken at the moment"


class AccountTooNewError(ForbiddenError):
    """The account is too young for money; `opens_at`."""

    code = "account_too_new"
    title = "New accounts wait some days before they pledge"

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(extra={"opens_at": opens_at.isoformat()})


class SelfDealingError(ForbiddenError):
    """Nobody is paid by their own pledge."""

    code = "self_dealing"
    title = "You answered this desire: nobody is paid by their own pledge"


class BountyFullError(ConflictError):
    """The desire has as many pledges as it may."""

    code = "bounty_full"
    title = "This desire has as many pledges as it may"


class PledgeLimitError(ForbiddenError):
    """The person has as many open pledges, or as much in them, as they may."""

    code = "pledge_limit"
    title = "You have pledged as much as you may"


class TooManyWithdrawalsError(ForbiddenError):
    """The person took back too many pledges within 30 days."""

    code = "too_many_withdrawals"
    title = "You took back several pledges lately, and can pledge again later"


class PledgingBlockedError(ForbiddenError):
    """A dispute was lost to the person's bank."""

    code = "pledging_blocked"
    title = "Your bank took back a pledge of yours, so you cannot pledge any more"


class NotEnoughPointsError(ConflictError):
    """The person has fewer points than that; `left`."""

    code = "not_enough_points"
    title = "You have not so many points left"

    def __init__(self, left: int) -> None:
        super().__init__(f"You have {left} points left this month", extra={"left": left})


class AmountError(InvalidInputError):
    """The amount or its currency is none that is pledged here."""

    code = "pledge_amount"
    title = "This amount cannot be pledged"


class KeyLimitError(ForbiddenError):
    """The key may not pledge that much: each time, today, or in all."""

    code = "key_pledge_limit"
    title = "This key may not pledge so much"


class InReviewError(ConflictError):
    """A work waits for an answer; `until` is when that is over."""

    code = "pledge_in_review"
    title = "A work waits for your answer, so the pledge cannot be taken back now"

    def __init__(self, until: datetime | None) -> None:
        extra = {} if until is None else {"until": until.isoformat()}
        super().__init__(f"It is decided by {until:%Y-%m-%d}" if until is not None else None, extra=extra)


class PledgeDecidedError(ConflictError):
    """The pledge is past that; `state`."""

    code = "pledge_decided"
    title = "This was decided already"

    def __init__(self, state: PledgeState) -> None:
        super().__init__(f"The pledge is {state}", extra={"state": str(state)})


class NothingWaitsError(ConflictError):
    """There is no such work to accept or to object to."""

    code = "nothing_waits"
    title = "No such work waits for your answer"


class BountyInReviewError(ConflictError):
    """Pledgers decide about the answer, not the desire's author alone."""

    code = "bounty_in_review"
    title = "People who pledged decide about this answer: object as one of them, or ask for changes"


class PersonDecidesError(ForbiddenError):
    """Money hangs on it, so a person does it and no key."""

    code = "person_decides"
    title = "Somebody pledged on this desire, so its answers are accepted signed in, not with an API key"


class ChangesAskedError(ConflictError):
    """Changes were asked for before, or it is too late for that."""

    code = "changes_asked"
    title = "Changes are asked for once, within 7 days"


class TooManyAnswersError(ForbiddenError):
    """The person has as many answers open to desires with a bounty as they may."""

    code = "answer_limit"
    title = "You have as many answers open as you may"
