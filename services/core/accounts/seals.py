"""What a browser keeps for us, sealed: it can neither read nor change it, and it ends.

No store is needed, so any API pod reads what another has sealed. What must work only once is spent elsewhere.
"""

from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import BaseModel, ValidationError

from services.core.kit.secret_box import SecretBox, SecretBoxError
from services.core.kit.tables import utc_now


class Sealed(BaseModel):
    """What is sealed ends. Its class is its purpose: what was sealed as one kind opens as no other."""

    ends_at: datetime


T = TypeVar("T", bound=Sealed)


class Seals:
    """Seals with a key derived from the pepper, which all API pods share."""

    def __init__(self, pepper: str) -> None:
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"what a browser keeps").derive(pepper.encode())
        self._box = SecretBox({"pepper": derived})

    def seal(self, value: Sealed) -> str:
        """The text for a cookie."""
        return self._box.seal(value.model_dump_json().encode(), belongs_to=type(value).__name__)

    def open(self, kind: type[T], text: str | None) -> T | None:
        """What was sealed as this kind; None when it is over, or was not sealed here."""
        try:
            value = kind.model_validate_json(self._box.open(text or "", belongs_to=kind.__name__))
        except (SecretBoxError, ValidationError):
            return None
        return value if value.ends_at > utc_now() else None
