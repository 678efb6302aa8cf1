"""Runs inside a renderer's pod, as a stranger's code would if it broke out of the browser: what can it see and reach?

Writes one JSON object: environment, process, files, names. Everything is tried, nothing is assumed.
"""

import json
import os
import pathlib
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

NAMES = ("fractafrag-postgresql", "fractafrag-valkey", "fractafrag-api", "kubernetes.default.svc", "example.org")
FOLDERS = ("/", "/app", "/opt/venv", "/etc", "/usr/bin", "/var/tmp", "/tmp", "/dev/shm")
TOKEN = "/var/run/secrets/kubernetes.io"


def status() -> dict[str, str]:
    """The kernel's view of this process."""
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def write(folder: str) -> str:
    """What happens when a file is made there."""
    try:
        path = pathlib.Path(folder) / "e2e-probe"
        path.write_text("x")
        path.unlink()
    except OSError as error:
        return os.strerror(error.errno or 0)
    return "written"


def ask_dns() -> str:
    """Whether the name server of /etc/resolv.conf answers a question."""
    server = next(
        line.split()[1]
        for line in pathlib.Path("/etc/resolv.conf").read_text().splitlines()
        if line.startswith("nameserver")
    )
    question = b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x07example\x03org\x00\x00\x01\x00\x01"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.settimeout(2)
        try:
            link.sendto(question, (server, 53))
            link.recv(512)
        except OSError as error:
            return type(error).__name__
    return "answered"


def resolve(name: str) -> str:
    """The address of a name, or why there is none."""
    try:
        return str(socket.getaddrinfo(name, 80)[0][4][0])
    except OSError as error:
        return type(error).__name__


def main() -> None:
    """Try everything."""
    os.environ["RES_OPTIONS"] = "timeout:1 attempts:1"
    with ThreadPoolExecutor(len(NAMES)) as pool:
        names = dict(zip(NAMES, pool.map(resolve, NAMES), strict=True))
    found = {
        "environment": {name: value for name, value in os.environ.items() if name != "RES_OPTIONS"},
        "main_environment": pathlib.Path("/proc/1/environ").read_text().split("\0"),
        "status": status(),
        "uid": os.getuid(),
        "gid": os.getgid(),
        "groups": os.getgroups(),
        "files": {folder: write(folder) for folder in FOLDERS},
        "token": pathlib.Path(TOKEN).exists(),
        "mounts": [line.split()[1] for line in pathlib.Path("/proc/mounts").read_text().splitlines()],
        "dns": ask_dns(),
        "names": names,
    }
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
