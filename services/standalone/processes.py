"""Child processes that end with their parent, however it ends."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

_NOBODY = "65534"


def command_that_ends_with_us(command: Sequence[str | Path], *, end_signal: str = "TERM") -> list[str]:
    """`command` with a parent-death signal, so that even kill -9 of this process leaves nothing running."""
    return ["setpriv", "--pdeathsig", end_signal, "--", *map(str, command)]


def command_as_ordinary_user(command: Sequence[str | Path]) -> list[str]:
    """`command` as it is, or, for root, in a user namespace where root's files belong to an ordinary user.

    PostgreSQL refuses to run as root. The namespace spares us a system user and a change of anybody's folders.
    """
    if os.geteuid() != 0:
        return list(map(str, command))
    return ["unshare", "--user", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}", "--", *map(str, command)]


@cache
def missing_tools() -> list[str]:
    """The util-linux programs that are needed and absent."""
    return [name for name in ("setpriv", "unshare") if shutil.which(name) is None]


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
