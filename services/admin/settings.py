"""Settings of the command line: what the API reads, in whose place it acts."""

from services.core.domains import settings_of
from services.core.kit.settings import DatabaseSettings, ProcessSettings, RedisSettings, StorageSettings


class AdminSettings(ProcessSettings):
    """What the commands read."""

    DOMAIN_SETTINGS = settings_of("api")

    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
