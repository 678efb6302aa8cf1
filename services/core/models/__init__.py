"""All tables, one file per aggregate. Importing this package registers them for Alembic."""

from services.core.models import accounts, feed, jobs, keys, shaders

__all__ = ["accounts", "feed", "jobs", "keys", "shaders"]
