"""What the machine of pledges is told of one: plain values, read under its lock."""

from dataclasses import dataclass

from services.contracts.bounties import PledgeState, ReturnReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A pledge, as far as a step depends on it. Amounts are in minor units; `fee` was frozen when it was made.

    `artist` is whose answer it waits for or pays. `waiting`: there is another answer that it may wait for. `unwanted`:
    why its money goes back at once. `over`: nobody can deliver any more. `owed`: what the artist owes the site;
    `netted`: how much of this pledge has paid such a debt. `before`: where a disputed pledge was.
    """

    pledge: str
    amount: int
    fee: int
    currency: str
    artist: str = ""
    waiting: bool = False
    unwanted: ReturnReason | None = None
    over: bool = False
    owed: int = 0
    netted: int = 0
    dispute: str = ""
    disputed: int = 0
    dispute_open: bool = False
    dispute_lost: bool = False
    before: PledgeState | None = None

    @property
    def net(self) -> int:
        """What the artist gets."""
        return self.amount - self.fee

    @property
    def offset(self) -> int:
        """How much of that pays a debt of theirs."""
        return min(self.owed, self.net)

    @property
    def fee_back(self) -> int:
        """How much of a lost dispute the platform's fee bears."""
        return min(self.fee, self.disputed)
