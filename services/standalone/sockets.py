"""Where a server of ours puts its Unix socket: in its own folder, which only its owner may enter.

The kernel takes 107 bytes for the path of a socket, and some characters have a meaning in a URL or in a list of
folders. Where a path does not fit, the socket lies in a folder in /tmp, as closed as the first, to which the link
`sockets` leads. It is used again after a kill; the folder itself says for whom it is, so that a copy of the data, with
a copy of the link, gets another one.
"""

import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

_LONGEST = 107
_PLAIN = re.compile(r"[\w./+ -]+", re.ASCII)
_OWNER = "of"


def socket_folder(folder: Path, name: str) -> Path:
    """A folder for the socket `name` of the server over `folder`, which exists."""
    path = str(folder / name)
    if len(path) <= _LONGEST and _PLAIN.fullmatch(path):
        return folder
    link = folder / "sockets"
    found = _made_before(folder, link)
    if found is None:
        # Not where TMPDIR says: that may be just as long.
        found = Path(tempfile.mkdtemp(prefix="ff-", dir="/tmp"))
        (found / _OWNER).write_text(str(folder))
        link.unlink(missing_ok=True)
        link.symlink_to(found)
    return found


def forget_socket_folder(folder: Path) -> None:
    """Remove what `socket_folder` made elsewhere."""
    link = folder / "sockets"
    found = _made_before(folder, link)
    if found is not None:
        shutil.rmtree(found, ignore_errors=True)
        link.unlink()


def _made_before(folder: Path, link: Path) -> Path | None:
    try:
        found = link.readlink()
        state = found.lstat()
        whose = (found / _OWNER).read_text()
    except OSError:
        return None
    closed = stat.S_ISDIR(state.st_mode) and not state.st_mode & 0o077
    return found if closed and state.st_uid == os.geteuid() and whose == str(folder) else None
