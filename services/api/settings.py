"""Settings of the API process."""

from typing import Self

from pydantic import BaseModel, Field, model_validator

from services.core.accounts.settings import AuthSettings
from services.core.domains import settings_of
from services.core.kit.settings import (
    DatabaseSettings,
    LimitSettings,
    ProcessSettings,
    RedisSettings,
    SiteSettings,
    StorageSettings,
)
from services.core.mail.settings import MailDelivery, MailSettings
from services.core.payments.settings import PaymentSettings


class CacheSettings(BaseModel):
    """For how long, in seconds, a process may show lists as they were: a shader just hidden stays that long in them."""

    list_seconds: float = Field(2.0, ge=0, le=60)
    pool_seconds: float = Field(2.0, ge=0, le=60)


class ApiSettings(ProcessSettings):
    """What the API reads. It is the only process that holds the keys and the pepper of sign-in."""

    DOMAIN_SETTINGS = settings_of("api")

    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    storage: StorageSettings = StorageSettings()
    limits: LimitSettings = LimitSettings()
    cache: CacheSettings = CacheSettings()
    site: SiteSettings = SiteSettings()

    @model_validator(mode="after")
    def _can_verify(self) -> Self:
        off = self.of(MailSettings).delivery is MailDelivery.NONE
        if off and self.of(AuthSettings).verify_addresses:
            name, other = AuthSettings.variable("verify_addresses"), MailSettings.variable("delivery")
            raise ValueError(f"{name} needs a way to send mail, and {other} is none")
        return self

    @model_validator(mode="after")
    def _can_pay(self) -> Self:
        self.of(PaymentSettings).check_site(self.site.public_url)
        return self
