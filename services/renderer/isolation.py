"""What keeps Chromium, which runs strangers' code, from the keys and data of the same machine.

`find_isolation` tries what works here. All of these are used that can be:

- a **user of its own**, where we are root: one that owns nothing, and cannot read our files or touch our processes;
- **Landlock**: the kernel closes the file system to Chromium, but for its own files, libraries, fonts and profile;
- **namespaces**: Chromium's own sandbox. It holds the pages, but not the process that compiles and runs shaders, so
  it is no replacement for the other two.
"""

import glob
import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from services.renderer import landlock
from services.renderer.processes import command_line, process_ids
from services.renderer.settings import BackendChoice, RendererSettings

# The name of the log's event that the supervisor shows on the terminal.
NOT_ISOLATED = "not isolated"

# Neither distributions nor systemd give these numbers to anybody.
_USERS = range(60_800, 61_184)
# To make files over to another user, enter and remove them, end its processes and become it: linux/capability.h.
_CHOWN, _DAC_OVERRIDE, _KILL, _SETGID, _SETUID = 0, 1, 5, 6, 7
_FOR_ANOTHER_USER = sum(1 << number for number in (_CHOWN, _DAC_OVERRIDE, _KILL, _SETGID, _SETUID))
# Long, because a machine that is busy at our start must not end up with less.
_TRIAL_SECONDS = 30.0

# What any program needs, and a browser's fonts, certificates and drivers. /proc/PID of others is closed by Landlock.
_READABLE = (
    *("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share", "/usr/local/lib"),
    *("/usr/local/share/fonts", "/bin", "/lib", "/lib64", "/nix/store", "/run/opengl-driver", "/run/current-system"),
    *("/etc", "/var/cache/fontconfig", "/sys", "/proc"),
)
# /proc: a sandbox's user namespace is set up by its own files there.
_CHANGEABLE = ("/proc", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
_GPU_DEVICES = ("/dev/dri", "/dev/nvidia*", "/dev/kfd", "/dev/udmabuf")
_PATHS_IN_ENVIRONMENT = ("LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")


@dataclass(frozen=True, slots=True)
class Isolation:
    """How Chromium is started.

    `user` is its user and group id where that is not ours, `privileges` are setpriv's options.
    """

    user: int | None = None
    landlock: bool = False
    namespaces: bool = False
    privileges: tuple[str, ...] = ()
    gpu: bool = False

    @property
    def name(self) -> str:
        """`own-user`, `landlock` and `namespaces`, as many as hold, joined by `+`; else `none`."""
        held = {"own-user": self.user is not None, "landlock": self.landlock, "namespaces": self.namespaces}
        return "+".join(name for name, holds in held.items() if holds) or "none"

    @property
    def warning(self) -> str | None:
        """A sentence for the operator where a shader that breaks out of Chromium could read all that we can."""
        if self.user is not None or self.landlock:
            return None
        inside = (
            "its own sandbox, which does not hold the process that runs shaders" if self.namespaces else "no sandbox"
        )
        return (
            f"Chromium runs strangers' shaders with all rights of the user who started the renderer, and with {inside}."
            " It could have no user of its own (that takes root) and no Landlock (Linux 5.13)"
        )

    def launcher(self, binary: Path, folders: Sequence[Path], port: int) -> list[str]:
        """What stands before the command, so that it may write to `folders` and connect to `port` and no more."""
        if not self.landlock:
            return []
        devices = [path for pattern in _GPU_DEVICES for path in glob.glob(pattern)] if self.gpu else []  # noqa: PTH207
        named = [part for name in _PATHS_IN_ENVIRONMENT for part in os.environ.get(name, "").split(":") if part]
        rules = {
            "parent": os.getpid(),
            "read": [*_READABLE, str(binary.resolve().parent), *named],
            "write": list(map(str, folders)),
            "change": [*_CHANGEABLE, *devices],
            "port": port,
        }
        return [sys.executable, "-I", "-S", landlock.__file__, json.dumps(rules)]


# As we are, and with nothing around it.
OPEN = Isolation()


def find_isolation(settings: RendererSettings, binary: Path, folder: Path) -> Isolation:
    """The most that works for `binary` with its profiles in `folder`. It runs programs, so call it in a thread."""
    gpu = settings.backend is BackendChoice.GPU
    found = next((one for one in _candidates(gpu=gpu) if _runs(one, binary, folder)), Isolation(gpu=gpu))
    if settings.landlock and landlock.version() > 0:
        closed = replace(found, landlock=True)
        found = closed if _runs(closed, binary, folder) else found
    return replace(found, namespaces=_has_namespaces(found, binary))


@cache
def can_sandbox() -> bool:
    """Whether Chromium's own sandbox works for us as we are: an ordinary user who may create user namespaces."""
    return _has_namespaces(OPEN, Path("/bin/true"))


def _candidates(*, gpu: bool) -> Iterator[Isolation]:
    """Ways to start a program with less than we may do, the best first."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return
    user = _free_user() if _may_use_another_user() else None
    if user is not None:
        ids = (f"--reuid={user}", f"--regid={user}", _groups(gpu=gpu), "--no-new-privs")
        yield Isolation(user=user, privileges=ids, gpu=gpu)
    # Root still owns root's files, but cannot look into root's processes, nor run before them.
    yield Isolation(privileges=("--bounding-set=-all", "--inh-caps=-all"), gpu=gpu)


def _may_use_another_user() -> bool:
    status = Path("/proc/self/status").read_text()
    effective = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:"))
    return effective & _FOR_ANOTHER_USER == _FOR_ANOTHER_USER


def _free_user() -> int | None:
    """A user id that has no name and no process."""
    taken = {owner for pid in process_ids() if (owner := _owner(pid)) is not None}
    taken |= {entry.pw_uid for entry in pwd.getpwall()} | {entry.gr_gid for entry in grp.getgrall()}
    return next((user for user in _USERS if user not in taken), None)


def _owner(pid: int) -> int | None:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return None


def _groups(*, gpu: bool) -> str:
    """setpriv's option: those who may use the GPU, or none."""
    owners = {Path(node).stat().st_gid for node in glob.glob("/dev/dri/render*")} - {0} if gpu else set()  # noqa: PTH207
    return f"--groups={','.join(map(str, owners))}" if owners else "--clear-groups"


def _runs(isolation: Isolation, binary: Path, folder: Path) -> bool:
    """Whether the browser can be started so, and reach the place of its profile."""
    script = 'test -x "$1" && exec "$0" --version'
    return _succeeds(isolation, binary, ["/bin/sh", "-c", script, str(binary.resolve()), str(folder.parent)])


def _has_namespaces(isolation: Isolation, binary: Path) -> bool:
    unshare = shutil.which("unshare")
    if unshare is None or (os.geteuid() == 0 and isolation.user is None):
        return False  # Chromium refuses to use its sandbox as root.
    return _succeeds(isolation, binary, [unshare, "--user", "--pid", "--fork", "true"])


def _succeeds(isolation: Isolation, binary: Path, command: list[str]) -> bool:
    line = command_line(command, launcher=isolation.launcher(binary, [], 1), privileges=isolation.privileges)
    environment = {"PATH": os.environ.get("PATH", os.defpath)}
    try:
        tried = subprocess.run(line, env=environment, cwd="/", capture_output=True, check=False, timeout=_TRIAL_SECONDS)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
