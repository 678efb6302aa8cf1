"""What the gate for texts registers."""

from services.core.registry.domain import Domain
from services.core.wording.settings import WordingSettings

DOMAIN = Domain(name="wording", settings={WordingSettings: frozenset({"api"})})
