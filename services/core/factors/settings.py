"""Settings of second factors (`FRACTAFRAG_FACTORS_<NAME>`)."""

from services.core.kit.secret_box import KeyRingSettings


class FactorSettings(KeyRingSettings):
    """The ring that seals the secrets of code apps. Only the API reads it."""

    GROUP = "factors"
