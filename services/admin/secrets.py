"""Commands about keys: the rings of the settings, and what is sealed under them.

A process reads its ring when it starts, so each step is followed by a restart; docs/operations/secrets.md has
the order.
"""

import json
import os
import secrets
import tempfile
from argparse import ArgumentParser, Namespace
from base64 import urlsafe_b64encode
from pathlib import Path

from joserfc.jwk import ECKey, KeySet

from services.admin.command import Command, Outcome, Site
from services.admin.settings import AdminSettings
from services.core.accounts.settings import AuthSettings
from services.core.domains import DOMAINS
from services.core.kit.errors import InvalidInputError
from services.core.kit.secret_box import KeyRingSettings, SecretBox
from services.core.registry.resealing import reseal_batch, uses_of_keys

_SIGNING = "signing"
_RINGS = {group.GROUP: group for group in AdminSettings.DOMAIN_SETTINGS if issubclass(group, KeyRingSettings)}
_SEALED = tuple(sealed for domain in DOMAINS for sealed in domain.sealed)


async def _keys(site: Site, _: Namespace) -> Outcome:
    signing: dict[str, int | None] = {str(key.kid): None for key in site.settings.of(AuthSettings).key_set.keys}
    found = {_SIGNING: signing}
    for name, group in _RINGS.items():
        uses: dict[str, int] = dict.fromkeys(site.settings.of(group).ring(), 0)
        async with site.database.read() as session:
            for sealed in [each for each in _SEALED if each.settings is group]:
                for key_id, count in (await uses_of_keys(session, sealed)).items():
                    uses[key_id] = uses.get(key_id, 0) + count
        found[name] = {**uses}
    lines = [
        f"{ring}  {key_id}  {'first' if number == 0 else ''}{'' if count is None else f'  seals {count} rows'}"
        for ring, keys in found.items()
        for number, (key_id, count) in enumerate(keys.items())
    ]
    return Outcome(lines, {"rings": found})


def _new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("ring", choices=[_SIGNING, *_RINGS])
    parser.add_argument("--last", action="store_true", help="known, and not used yet")
    parser.add_argument("--out", type=Path, help="write the ring here, not into the file that the settings name")


async def _new_key(site: Site, options: Namespace) -> Outcome:
    auth, sealing = site.settings.of(AuthSettings), _RINGS.get(options.ring)
    settings = auth if sealing is None else site.settings.of(sealing)
    target = options.out or (settings.signing_keys_file if isinstance(settings, AuthSettings) else settings.keys_file)
    if target is None:
        raise InvalidInputError("The ring comes from a variable; say --out FILE, and put what is in it there")
    if isinstance(settings, AuthSettings):
        key_id, ring = _with_signing_key(settings, last=options.last)
    else:
        key_id, ring = _with_sealing_key(settings, last=options.last)
    async with site.database.write() as session:
        await site.note(session, "keys.made", f"ring:{options.ring}", key_id=key_id, last=options.last)
        _write_private(target, ring)
    line = f"{target}: key {key_id} is {'the last' if options.last else 'first'}; restart what reads it"
    return Outcome([line], {"ring": options.ring, "key_id": key_id, "file": str(target)})


def _with_signing_key(settings: AuthSettings, *, last: bool) -> tuple[str, str]:
    key_id = secrets.token_hex(8)
    key = ECKey.generate_key("P-256", {"kid": key_id, "use": "sig", "alg": "ES256"})
    old = list(settings.key_set.keys)
    ring = KeySet([*old, key] if last else [key, *old])
    return key_id, json.dumps(ring.as_dict(private=True))


def _with_sealing_key(settings: KeyRingSettings, *, last: bool) -> tuple[str, str]:
    key_id = secrets.token_hex(4)
    old = settings.ring()
    ring = {**old, key_id: secrets.token_bytes(32)} if last else {key_id: secrets.token_bytes(32), **old}
    return key_id, "".join(f"{name}:{urlsafe_b64encode(key).decode().rstrip('=')}\n" for name, key in ring.items())


def _write_private(target: Path, text: str) -> None:
    """Replace the file at once, readable by its owner alone."""
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    Path(name).replace(target)


async def _reseal(site: Site, _: Namespace) -> Outcome:
    count = unreadable = 0
    async with site.database.write() as session:
        await site.note(session, "keys.resealed", "ring:all")
    for sealed in _SEALED:
        box, after = SecretBox.of(site.settings.of(sealed.settings)), None
        while True:
            async with site.database.write() as session:
                done = await reseal_batch(session, sealed, box, after)
            count, unreadable, after = count + done.count, unreadable + done.unreadable, done.last
            if after is None:
                break
    lines = [f"{count} rows are sealed anew"]
    if unreadable:
        lines.append(f"{unreadable} cannot be opened: their key is not in the ring")
    return Outcome(lines, {"resealed": count, "unreadable": unreadable}, is_well=not unreadable)


COMMANDS = (
    Command("keys", "list the keys of each ring, and how many rows each has sealed", _keys),
    Command(
        "new-key",
        "put a new key into a ring",
        _new_key,
        _new_arguments,
        lambda options: None if options.out else f"Change the ring {options.ring} in place?",
    ),
    Command("reseal", "seal all rows anew under the first key of their ring", _reseal),
)
