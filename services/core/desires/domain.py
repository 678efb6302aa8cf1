"""What desires register."""

from datetime import timedelta

from services.core.accounts import events as accounts
from services.core.desires.jobs import PROCESS, RECOUNT_CLUSTERS, RECOUNT_USER, REEMBED
from services.core.desires.models import Desire, Follow, Fulfilment, LabelledPair
from services.core.desires.notices import ALL
from services.core.desires.recounting import erase
from services.core.desires.reviewing import DESIRES
from services.core.desires.settings import DesireSettings
from services.core.embedding.settings import EmbeddingSettings
from services.core.jobs.events import Subscription
from services.core.registry.domain import Domain, ExportSection

# A change that was let in before the suspension is counted with the others.
_SOON = timedelta(seconds=5)

DOMAIN = Domain(
    name="desires",
    jobs=(PROCESS, RECOUNT_USER, RECOUNT_CLUSTERS, REEMBED),
    subscriptions=tuple(
        Subscription(event, RECOUNT_USER, debounce=_SOON) for event in (accounts.SUSPENDED, accounts.RESTORED)
    ),
    export=(
        ExportSection(name="desires", model=Desire, owner="author_id", hidden=frozenset({"author_id"})),
        ExportSection(name="desire_follows", model=Follow, key="desire_id"),
        ExportSection(name="desire_fulfilments", model=Fulfilment, owner="author_id", hidden=frozenset({"author_id"})),
        ExportSection(name="desire_pairs", model=LabelledPair),
    ),
    erase=erase,
    settings={DesireSettings: frozenset({"api"}), EmbeddingSettings: frozenset({"api", "worker"})},
    notices=ALL,
    reportable=(DESIRES,),
)
