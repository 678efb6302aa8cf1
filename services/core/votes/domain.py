"""What votes register. They stay when an account goes: they count without a name."""

from services.core.registry.domain import Domain, ExportSection
from services.core.votes.models import Vote
from services.core.votes.notices import VOTED

DOMAIN = Domain(name="votes", export=(ExportSection(name="votes", model=Vote, key="shader_id"),), notices=(VOTED,))
