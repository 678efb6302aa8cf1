"""Authenticated encryption of what a process stores and must read again itself, such as a webhook's signing secret.

    box = SecretBox.of(settings.of(WebhookSettings))
    sealed = box.seal(secret, belongs_to=f"webhook:{webhook_id}")
    secret = box.open(sealed, belongs_to=f"webhook:{webhook_id}")

A sealed text is `v1.<key id>.<base64url of nonce and ciphertext>`: AES-256-GCM with a random nonce of 96 bits, good for
2^32 texts a key. `belongs_to` and the text before the last dot are its associated data: a sealed text that is copied
to another row does not open. Rotation: put a new key first in the ring, restart, `reseal` every row, drop the old key.

It is not for passwords and tokens that are only compared (store a hash), nor for a secret that
one process takes in and only another may read: that takes a public key.
"""

import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr

from services.core.kit.settings import DomainSettings

_VERSION = "v1"
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_KEY_BYTES = 32
_NONCE_BYTES = 12
# All processes have to know the same one.
_DEVELOPMENT_RING = {"development": b"fractafrag, development only ..."}


class SecretBoxError(Exception):
    """A sealed text cannot be opened; no message holds a key, a plain text or a sealed one."""


class UnknownKeyError(SecretBoxError):
    """It was sealed with a key that is not in the ring."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the ring has no key {key_id!r}")
        self.key_id = key_id


class TamperedError(SecretBoxError):
    """It is no sealed text, was changed, belongs to something else, or the ring's key of this id is another one."""

    def __init__(self) -> None:
        super().__init__("the sealed text is not what was sealed here")


class KeyRingSettings(DomainSettings):
    """A domain's key ring, which the process reads; a subclass says its `GROUP`.

    `FRACTAFRAG_<GROUP>_KEYS`, or the file in `FRACTAFRAG_<GROUP>_KEYS_FILE`, holds one key a line,
    `<id>:<base64url of 32 random bytes>`; the first seals, all open.
    """

    keys: SecretStr | None = None
    keys_file: Path | None = None

    def check_production(self) -> None:
        """Refuse to start without a key of one's own, or with one that is malformed."""
        self.own_ring()

    def ring(self) -> dict[str, bytes]:
        """The keys by id, in their order; one that is good for development alone where none is set.

        Raises `ValueError` with a sentence that names the variable.
        """
        return self.own_ring() if self.keys is not None or self.keys_file is not None else _DEVELOPMENT_RING

    def own_ring(self) -> dict[str, bytes]:
        """The keys that are set; raises `ValueError` as `ring` does, and where there are none."""
        if self.keys_file is not None:
            return _parse(self.keys_file.read_text(), self.variable("keys_file"))
        if self.keys is not None:
            return _parse(self.keys.get_secret_value(), self.variable("keys"))
        raise ValueError(f"{self.variable('keys')} or {self.variable('keys_file')} must be set")


class SecretBox:
    """Seals with the first key of the ring and opens with all. Thread-safe."""

    def __init__(self, ring: Mapping[str, bytes]) -> None:
        """Keys of 32 bytes by their id (up to 32 letters, digits, `_` and `-`); raises `ValueError`."""
        if not ring:
            raise ValueError("a key ring needs a key")
        for key_id, key in ring.items():
            if _KEY_ID.fullmatch(key_id) is None:
                raise ValueError("the id of a key is up to 32 letters, digits, _ and -")
            if len(key) != _KEY_BYTES:
                raise ValueError(f"key {key_id} must have {_KEY_BYTES} bytes")
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.items()}
        self._first = next(iter(ring))

    @classmethod
    def of(cls, settings: KeyRingSettings) -> "SecretBox":
        """The box with the ring of `settings`; raises `ValueError` for a malformed one."""
        return cls(settings.ring())

    def seal(self, plain: bytes, *, belongs_to: str) -> str:
        """`plain` as a text that opens only for the same `belongs_to`; it differs each time."""
        header = f"{_VERSION}.{self._first}"
        nonce = secrets.token_bytes(_NONCE_BYTES)
        data = self._ciphers[self._first].encrypt(nonce, plain, _associated(header, belongs_to))
        return f"{header}.{_encode(nonce + data)}"

    def open(self, sealed: str, *, belongs_to: str) -> bytes:
        """What was sealed; raises `UnknownKeyError` and `TamperedError`."""
        key_id, data = _split(sealed)
        if key_id not in self._ciphers:
            raise UnknownKeyError(key_id)
        nonce, ciphertext = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
        associated = _associated(f"{_VERSION}.{key_id}", belongs_to)
        try:
            return self._ciphers[key_id].decrypt(nonce, ciphertext, associated)
        except (InvalidTag, ValueError):
            raise TamperedError from None

    def reseal(self, sealed: str, *, belongs_to: str) -> str:
        """`sealed` under the first key; unchanged when it is so already. Raises as `open` does."""
        plain = self.open(sealed, belongs_to=belongs_to)
        return sealed if _split(sealed)[0] == self._first else self.seal(plain, belongs_to=belongs_to)


def _parse(text: str, variable: str) -> dict[str, bytes]:
    """The ring that `text` holds."""
    ring: dict[str, bytes] = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        key_id, _, encoded = line.partition(":")
        key = _decode(encoded.rstrip("="))
        if _KEY_ID.fullmatch(key_id) is None or key is None or len(key) != _KEY_BYTES or key_id in ring:
            form = f"<id>:<base64url of {_KEY_BYTES} bytes>"
            raise ValueError(f"{variable}: key {number} must be {form}, with an id of its own")
        ring[key_id] = key
    if not ring:
        raise ValueError(f"{variable} holds no key")
    return ring


def _split(sealed: str) -> tuple[str, bytes]:
    """The key's id, and nonce with ciphertext."""
    version, _, rest = sealed.partition(".")
    key_id, _, encoded = rest.partition(".")
    data = _decode(encoded)
    if version != _VERSION or _KEY_ID.fullmatch(key_id) is None or data is None:
        raise TamperedError
    return key_id, data


def _associated(header: str, belongs_to: str) -> bytes:
    # No header has a line feed, so no two pairs give the same bytes.
    return f"{header}\n{belongs_to}".encode()


def _encode(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes | None:
    """The bytes, or None for anything but their one spelling: the decoder itself skips and ignores much."""
    try:
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return data if _encode(data) == text else None
