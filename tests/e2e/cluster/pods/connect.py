"""Runs inside a pod: tries TCP connections, all at once. Arguments: HOST:PORT... Writes JSON: "open", or why not."""

import json
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

SECONDS = 2.0


def attempt(target: str) -> str:
    """How a connection ends."""
    host, _, port = target.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=SECONDS):
            return "open"
    except OSError as error:
        return type(error).__name__


def main() -> None:
    """Try them all."""
    targets = sys.argv[1:]
    with ThreadPoolExecutor(max(len(targets), 1)) as pool:
        sys.stdout.write(json.dumps(dict(zip(targets, pool.map(attempt, targets), strict=True))))


if __name__ == "__main__":
    main()
