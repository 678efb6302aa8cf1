"""The renderer's working folder, in memory where possible: browser profiles and Mesa's shader cache.

The folder is held by a file lock for as long as the process lives. What a killed process left behind is removed
when the next one starts; a folder that is still locked is left alone.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from services.renderer.chromium import has_roomy_shm

_PREFIX = "fractafrag-renderer-"


class RunFolder:
    """A context manager around one folder; everything in it goes when it ends."""

    def __init__(self, parent: Path | None = None) -> None:
        """Create the folder in `parent` (default: /dev/shm, else the temporary folder), after clearing the dead."""
        place = parent or Path("/dev/shm" if has_roomy_shm() else tempfile.gettempdir())  # noqa: S108 -- checked
        place.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(place)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
        self.shader_cache = self.path / "shader-cache"
        self.shader_cache.mkdir()
        self._user: int | None = None
        self._lock = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def give_to(self, user: int) -> None:
        """Make the shader cache and all profiles from now on the property of `user`, who is not us."""
        self._user = user
        self.path.chmod(0o711)
        os.chown(self.shader_cache, user, user)

    def new_profile(self) -> Path:
        """An empty folder for one browser."""
        profile = Path(tempfile.mkdtemp(prefix="profile-", dir=self.path))
        if self._user is not None:
            os.chown(profile, self._user, self._user)
        return profile

    def close(self) -> None:
        """Remove the folder."""
        self._let_go()
        shutil.rmtree(self.path, ignore_errors=True)

    def _let_go(self) -> None:
        os.close(self._lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _remove_abandoned(place: Path) -> None:
    for folder in place.glob(f"{_PREFIX}*"):
        try:
            lock = os.open(folder / "lock", os.O_RDWR)
        except OSError:
            continue  # Just being made, or another user's.
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)
