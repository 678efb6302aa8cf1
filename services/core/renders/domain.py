"""What renders register."""

from services.core.jobs.events import Subscription
from services.core.registry.domain import Domain
from services.core.renders.jobs import COUNT_FLASHES, KEEP_STILL, RENDER_PREVIEW, RENDER_STILL
from services.core.renders.notices import PICTURE_FAILED
from services.core.renders.settings import RendererClientSettings
from services.core.shaders.events import PICTURES_WANTED

DOMAIN = Domain(
    name="renders",
    jobs=(RENDER_STILL, RENDER_PREVIEW, KEEP_STILL, COUNT_FLASHES),
    subscriptions=(Subscription(PICTURES_WANTED, RENDER_STILL),),
    settings={RendererClientSettings: frozenset({"api", "worker"})},
    notices=(PICTURE_FAILED,),
)
