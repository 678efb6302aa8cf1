"""Settings of second factors (`FRACTAFRAG_FACTORS_<NAME>`)."""

from services.core.kit.secret_box import KeyRingSettings

# Good for nothing but development: `check_production` refuses it.
_DEVELOPMENT_RING = {"development": b"fractafrag, development only ..."}


class FactorSettings(KeyRingSettings):
    """The ring that seals the secrets of code apps. Only the API reads it."""

    GROUP = "factors"

    def check_production(self) -> None:
        """Refuse to start without a key of one's own."""
        super().ring()

    def ring(self) -> dict[str, bytes]:
        """The keys by id; one that is made for development where none is set."""
        return super().ring() if self.keys is not None or self.keys_file is not None else _DEVELOPMENT_RING
