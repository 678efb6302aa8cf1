"""What the feed registers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from services.core.accounts import events as accounts
from services.core.feed.jobs import RECOUNT_LOOKS, UPDATE_AUTHORS_TASTE, UPDATE_TASTE
from services.core.feed.models import FeedChoice, FeedEvent, Forgotten, Mute, StyleTaste, TagAffinity
from services.core.feed.taste import DELAY
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import Subscription
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection
from services.core.shaders import events as shaders
from services.core.votes import events as votes

# A name may be there once for each kind, so all are read at once.
_PAGE = 10_000
_COMPUTED = frozenset({"user_id", "vector", "near"})
_OF_A_USER = (FeedEvent, TagAffinity, StyleTaste, FeedChoice, Mute, Forgotten)


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Forget what the user saw, liked and muted."""
    for model in _OF_A_USER:
        await session.execute(delete(model).where(col(model.user_id) == user_id))
    return EndedCredentials()


DOMAIN = Domain(
    name="feed",
    jobs=(UPDATE_TASTE, UPDATE_AUTHORS_TASTE, RECOUNT_LOOKS),
    subscriptions=(
        Subscription(votes.CHANGED, UPDATE_TASTE, members=("user_id",), debounce=DELAY),
        # It may be a fork.
        Subscription(shaders.PUBLISHED, UPDATE_AUTHORS_TASTE, members=("author_id",), debounce=DELAY),
        # What was let in before the suspension is taken back with the others.
        Subscription(accounts.SUSPENDED, RECOUNT_LOOKS, debounce=DELAY),
        Subscription(accounts.RESTORED, RECOUNT_LOOKS, debounce=DELAY),
    ),
    # Taste looks back 90 days.
    retention={
        "feed_events": "created_at < now() - interval '90 days'",
        "feed_forgotten": "at < now() - interval '90 days'",
    },
    export=(
        ExportSection(name="tag_affinities", model=TagAffinity, key="tag"),
        ExportSection(name="events", model=FeedEvent),
        # Vector and near works are computed from votes, forks and events, which are in the export.
        ExportSection(name="style_taste", model=StyleTaste, key="embedder_id", hidden=_COMPUTED),
        ExportSection(name="feed_choice", model=FeedChoice, key="learning"),
        ExportSection(name="feed_mutes", model=Mute, key="name", page=_PAGE),
        ExportSection(name="feed_forgotten", model=Forgotten, key="name", page=_PAGE),
    ),
    erase=erase,
)
