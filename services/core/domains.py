"""The domains of this installation, and what follows from the list. To add a domain, add it here.

Importing this module makes all tables, subscriptions to events, kinds of notice and of what is reported known, so every
process that touches the database imports it.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from sqlmodel import SQLModel

from services.core.accounts.domain import DOMAIN as ACCOUNTS
from services.core.audit.models import AuditEntry
from services.core.bounties.domain import DOMAIN as BOUNTIES
from services.core.desires.domain import DOMAIN as DESIRES
from services.core.entitlements.domain import DOMAIN as ENTITLEMENTS
from services.core.factors.domain import DOMAIN as FACTORS
from services.core.feed.domain import DOMAIN as FEED
from services.core.jobs import events
from services.core.jobs.outbox import Job
from services.core.keys.domain import DOMAIN as KEYS
from services.core.kit.idempotency import IdempotencyRecord
from services.core.kit.settings import DomainSettings
from services.core.ledger import models as ledger_models  # noqa: F401 -- its tables
from services.core.mail.domain import DOMAIN as MAIL
from services.core.moderation import subjects
from services.core.moderation.domain import DOMAIN as MODERATION
from services.core.notices import kinds
from services.core.notices.domain import DOMAIN as NOTICES
from services.core.payments.domain import DOMAIN as PAYMENTS
from services.core.ranking.models import RankChange
from services.core.registry.domain import Domain, Process
from services.core.renders.domain import DOMAIN as RENDERS
from services.core.shaders.domain import DOMAIN as SHADERS
from services.core.styles.domain import DOMAIN as STYLES
from services.core.subscriptions.domain import DOMAIN as SUBSCRIPTIONS
from services.core.votes.domain import DOMAIN as VOTES
from services.core.wording.domain import DOMAIN as WORDING

# What is below all domains has no more to register than when its rows may go.
PLATFORM = Domain(
    name="platform",
    retention={
        "ticks": "taken_at < now() - interval '1 day'",
        str(AuditEntry.__tablename__): "at < now() - interval '2 years'",
        "dead_letters": "redriven_at < now() - interval '30 days'",
        str(IdempotencyRecord.__tablename__): "created_at < now() - interval '1 day'",
        # Paging through a list may take a day (services/core/ranking/snapshots.py).
        str(RankChange.__tablename__): "changed_at < now() - interval '1 day'",
    },
)

# The order is that of the export of an account, and of its erasure.
DOMAINS: tuple[Domain, ...] = (
    PLATFORM,
    ACCOUNTS,
    FACTORS,
    MAIL,
    WORDING,
    NOTICES,
    KEYS,
    ENTITLEMENTS,
    PAYMENTS,
    SHADERS,
    RENDERS,
    VOTES,
    STYLES,
    FEED,
    MODERATION,
    DESIRES,
    SUBSCRIPTIONS,
    BOUNTIES,
)

ALL_JOBS: tuple[Job, ...] = tuple(job for domain in DOMAINS for job in domain.jobs)
TABLES = SQLModel.metadata
# A table that no other file of its domain needs at once would not be known; its rows could not be read, either
# (kit/roles.py), and the next migration would drop it.
for _domain in DOMAINS:
    if _domain is not PLATFORM and find_spec(_models := f"services.core.{_domain.name}.models") is not None:
        import_module(_models)

events.subscribe(subscription for domain in DOMAINS for subscription in domain.subscriptions)
kinds.register(kind for domain in DOMAINS for kind in domain.notices)
subjects.register(kind for domain in DOMAINS for kind in domain.reportable)


def settings_of(process: Process, domains: Iterable[Domain] = DOMAINS) -> tuple[type[DomainSettings], ...]:
    """The groups of domains that `process` reads."""
    return tuple(group for domain in domains for group, readers in domain.settings.items() if process in readers)


def domain_modules(package: str) -> Iterator[ModuleType]:
    """The modules of `package` that are named as a domain, which is how a process finds what each domain has in it."""
    for domain in DOMAINS:
        name = f"{package}.{domain.name}"
        if find_spec(name) is not None:
            yield import_module(name)
