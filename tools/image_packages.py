"""`python3 -m tools.image_packages FOLDER WANTED...`: a virtual environment in FOLDER with what one image needs.

Runs in the build stage of an image, with the standard library alone. WANTED is `core` (the project's own
dependencies), `extra:NAME` (one of its extras), or the name of a package of requirements.lock. uv, which that file
pins too, finds out what they need in turn; then exactly those pins are installed, each checked by its hash. A package
that the lock file lacks, or other bytes than it names, end the build with a sentence and exit status 1.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PROJECT = Path("pyproject.toml")
LOCK = Path("requirements.lock")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")
# Read at no time by a process that runs.
_NEEDLESS_FOLDERS = ("tests", "test", "__pycache__")
_NEEDLESS_FILES = (".pyi", ".pyx", ".pxd", ".c", ".h", ".a")


class PackagesError(Exception):
    """The environment cannot be made."""


def main(arguments: list[str]) -> int:
    """Make the environment; 0 when it stands, 1 with a sentence when not, 2 for wrong usage."""
    if len(arguments) < 2:
        sys.stderr.write("usage: python3 -m tools.image_packages FOLDER WANTED...\n")
        return 2
    try:
        make(Path(arguments[0]), arguments[1:])
    except PackagesError as error:
        sys.stderr.write(f"image_packages: {error}\n")
        return 1
    return 0


def make(folder: Path, wanted: Iterable[str]) -> None:
    """Create `folder` with the packages `wanted` and what they need."""
    blocks = locked(LOCK.read_text())
    inputs = requirements(tomllib.loads(PROJECT.read_text()), wanted)
    with tempfile.TemporaryDirectory() as scratch:
        uv = _uv(Path(scratch), blocks)
        _run(sys.executable, "-m", "venv", "--without-pip", folder)
        python = folder / "bin" / "python"
        chosen = Path(scratch) / "inputs.txt"
        chosen.write_text("\n".join(inputs) + "\n")
        options = ("--quiet", "--no-header", "--no-annotate", "--no-cache")
        resolved = _run(uv, "pip", "compile", *options, "--python", python, "--constraint", LOCK, chosen)
        pins = Path(scratch) / "pins.txt"
        pins.write_text("".join(cut(resolved, blocks)))
        checked = ("--require-hashes", "--no-deps", "--only-binary", ":all:", "--no-cache", "--link-mode", "copy")
        _run(uv, "pip", "install", "--quiet", *checked, "--python", python, "--requirements", pins)
    strip(folder / "lib")
    # Imports trust these files without a look at the sources, which nobody changes: half the time to start.
    _run(python, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", folder / "lib")


def locked(text: str) -> dict[tuple[str, str], str]:
    """The lines of a lock file by name and version, hashes included."""
    blocks: dict[tuple[str, str], str] = {}
    key = ("", "")
    for line in text.splitlines(keepends=True):
        if found := _PIN.match(line):
            key = (_normal(found[1]), found[2])
        blocks[key] = blocks.get(key, "") + line
    return blocks


def requirements(project: Mapping[str, object], wanted: Iterable[str]) -> list[str]:
    """What `wanted` stands for, as requirements; raises `PackagesError` for an extra that is not there."""
    about = project["project"]
    assert isinstance(about, dict)  # noqa: S101 -- for the type checker; TOML says so
    found: list[str] = []
    for name in wanted:
        extra = name.removeprefix("extra:")
        if name == "core":
            found += about["dependencies"]
        elif extra == name:
            found.append(name)
        elif extra in about["optional-dependencies"]:
            found += about["optional-dependencies"][extra]
        else:
            raise PackagesError(f"{PROJECT} has no extra {extra}")
    return found


def cut(resolved: str, blocks: dict[tuple[str, str], str]) -> Iterator[str]:
    """The part of the lock file that `resolved` (lines NAME==VERSION) names; all of it, or `PackagesError`."""
    for line in resolved.splitlines():
        found = _PIN.match(line)
        block = blocks.get((_normal(found[1]), found[2])) if found else None
        if block is None or "--hash=" not in block:
            raise PackagesError(f"{LOCK} has no hash for {line.strip()}; write it anew (docs/decisions/0002)")
        yield block


def strip(folder: Path) -> None:
    """Remove tests, type stubs and sources for compilers from the packages in `folder`."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and path.name in _NEEDLESS_FOLDERS:
            shutil.rmtree(path)
        elif path.is_file() and path.suffix in _NEEDLESS_FILES:
            path.unlink()


def _uv(scratch: Path, blocks: dict[tuple[str, str], str]) -> Path:
    """uv itself, from the same lock file, by pip."""
    pinned = scratch / "uv.txt"
    pinned.write_text("".join(block for (name, _), block in blocks.items() if name == "uv"))
    home = scratch / "uv"
    _run(sys.executable, "-m", "venv", home)
    options = ("--quiet", "--disable-pip-version-check", "--no-cache-dir", "--require-hashes", "--no-deps")
    _run(home / "bin" / "python", "-m", "pip", "install", *options, "--requirement", pinned)
    return home / "bin" / "uv"


def _run(*command: str | Path) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=environment)  # noqa: S603 -- ours
    if done.returncode != 0:
        raise PackagesError(f"this did not work: {' '.join(map(str, command))}")
    return done.stdout


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
