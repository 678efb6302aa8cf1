"""What moderation registers."""

from services.core.moderation.models import Report
from services.core.moderation.notices import ALL
from services.core.registry.domain import Domain, ExportSection

DOMAIN = Domain(
    name="moderation",
    export=(
        ExportSection(
            name="reports", model=Report, owner="reporter_id", hidden=frozenset({"reporter_id", "moderator_id"})
        ),
    ),
    notices=ALL,
)
