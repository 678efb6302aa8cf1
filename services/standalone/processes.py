"""Child processes that end with their parent, however it ends."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_NOBODY = 65534


def command_that_ends_with_us(command: Sequence[str | Path], *, end_signal: str = "TERM") -> list[str]:
    """`command` with a parent-death signal, so that even kill -9 of this process leaves nothing running."""
    return ["setpriv", "--pdeathsig", end_signal, "--", *map(str, command)]


def command_as_owner(command: Sequence[str | Path], folder: Path) -> list[str]:
    """`command` as it is, or, for root, as the ordinary user who owns `folder`.

    PostgreSQL refuses to run as root. The capability lets it reach a folder under one that only root may enter, so
    no folder has to be opened up for others; a user namespace would do too, but chroots and containers forbid it.
    Without the secure bit the kernel would leave the capability out when a program asks `access()`, as initdb does.
    """
    if os.geteuid() != 0:
        return list(map(str, command))
    owner = str(folder.stat().st_uid)
    as_owner = ["setpriv", f"--reuid={owner}", f"--regid={owner}", "--clear-groups"]
    as_owner += ["--securebits=+no_setuid_fixup"]
    return [*as_owner, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--", *map(str, command)]


def give_to_ordinary_user(folder: Path) -> None:
    """For root: when root owns `folder`, make `nobody` the owner of it and of all in it."""
    if os.geteuid() == 0 and folder.stat().st_uid == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY, follow_symlinks=False)


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes] | int,
    environment: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` in its own session with output to `log`.

    Call it from the main thread: the kernel ties the parent-death signal to the calling thread.
    """
    return subprocess.Popen(  # noqa: S603 -- the command is ours
        list(map(str, command)),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        pass_fds=pass_fds,
        start_new_session=True,
    )
