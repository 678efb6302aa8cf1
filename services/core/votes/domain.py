"""What votes register. They stay when an account goes: they count without a name."""

from datetime import timedelta

from services.core.accounts import events as accounts
from services.core.jobs.events import Subscription
from services.core.registry.domain import Domain, ExportSection
from services.core.votes.jobs import AGE, RECOUNT
from services.core.votes.models import Vote
from services.core.votes.notices import VOTED
from services.core.votes.settings import VoteSettings

# A vote that was let in before the suspension is counted with the others.
_SOON = timedelta(seconds=5)

DOMAIN = Domain(
    name="votes",
    jobs=(RECOUNT, AGE),
    subscriptions=tuple(
        Subscription(event, RECOUNT, debounce=_SOON) for event in (accounts.SUSPENDED, accounts.RESTORED)
    ),
    export=(ExportSection(name="votes", model=Vote, key="shader_id", hidden=frozenset({"user_id", "network"})),),
    notices=(VOTED,),
    settings={VoteSettings: frozenset({"api", "worker"})},
)
