"""What the feed registers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col

from services.core.feed.jobs import UPDATE_TASTE
from services.core.feed.models import FeedEvent, TagAffinity
from services.core.feed.taste import DELAY
from services.core.identity.credentials import EndedCredentials
from services.core.jobs.events import Subscription
from services.core.kit.database import WriteSession
from services.core.registry.domain import Domain, ExportSection
from services.core.votes import events as votes


async def erase(session: WriteSession, user_id: UUID, at: datetime) -> EndedCredentials:
    """Forget what the user saw and liked."""
    await session.execute(delete(FeedEvent).where(col(FeedEvent.user_id) == user_id))
    await session.execute(delete(TagAffinity).where(col(TagAffinity.user_id) == user_id))
    return EndedCredentials()


DOMAIN = Domain(
    name="feed",
    jobs=(UPDATE_TASTE,),
    subscriptions=(Subscription(votes.CHANGED, UPDATE_TASTE, members=("user_id",), debounce=DELAY),),
    # Taste looks back 90 days.
    retention={"feed_events": "created_at < now() - interval '90 days'"},
    export=(
        ExportSection(name="tag_affinities", model=TagAffinity, key="tag"),
        ExportSection(name="events", model=FeedEvent),
    ),
    erase=erase,
)
