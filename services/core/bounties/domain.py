"""What bounties register."""

from services.core.bounties.jobs import FOLLOW, LEAVE, LOOK, TICK
from services.core.bounties.leaving import erase
from services.core.bounties.models import ChangesAsked, KeyPledgeLimit, Pledge, PledgeMove, PledgeObjection
from services.core.bounties.notices import ALL
from services.core.desires import events as desires
from services.core.jobs.events import Subscription
from services.core.payments import events as payments
from services.core.registry.domain import Domain, ExportSection

DOMAIN = Domain(
    name="bounties",
    jobs=(LOOK, TICK, FOLLOW, LEAVE),
    subscriptions=(Subscription(desires.CHANGED, LOOK), Subscription(payments.CHANGED, FOLLOW)),
    export=(
        ExportSection(
            name="pledges",
            model=Pledge,
            owner="pledger_id",
            hidden=frozenset({"pledger_id", "artist_id", "due_at"}),
            children=ExportSection(
                name="history", model=PledgeMove, owner="pledge_id", key="number", hidden=frozenset({"by_id"})
            ),
        ),
        ExportSection(
            name="pledges_for_answers",
            model=Pledge,
            owner="artist_id",
            shown=frozenset({"id", "desire_id", "amount", "fee", "currency", "state", "accepted_at", "answer_id"}),
        ),
        ExportSection(name="pledge_objections", model=PledgeObjection),
        ExportSection(name="bounty_changes", model=ChangesAsked, key="answer_id"),
        ExportSection(name="key_pledge_limits", model=KeyPledgeLimit, key="key_id"),
    ),
    erase=erase,
    notices=ALL,
)
