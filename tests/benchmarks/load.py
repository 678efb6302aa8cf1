"""`python -m tests.benchmarks.load PORT SECONDS FILE [CLIENTS]`: as many GETs as a server gives, over 16 connections.

FILE holds a JSON list of [path, headers]; each connection sends them one after the other, from a place of its own in
the list, and sends the next when the answer is there. Raw asyncio protocols, because an HTTP library for Python would
be slower than the server. Prints one JSON line: requests, seconds, other statuses than 200, and latencies in ms.
"""

import asyncio
import json
import random
import sys
import time
from pathlib import Path
from typing import cast

import uvloop

CONNECTIONS = 16


class Client(asyncio.Protocol):
    """One connection in a closed loop."""

    def __init__(self, requests: list[bytes], *, until: float) -> None:
        self._requests = requests
        self._place = random.randrange(len(requests))
        self._until = until
        self._buffer = bytearray()
        self._sent_at = 0.0
        self._transport: asyncio.WriteTransport | None = None
        self.latencies: list[float] = []
        self.failed = 0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's has another base
        self._next()

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer; on its end, go on."""
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = bytes(self._buffer[:head_end]).lower()
        place = head.index(b"content-length:") + 15
        length = int(head[place : place + 12].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        self._buffer.clear()
        now = time.perf_counter()
        self.latencies.append(now - self._sent_at)
        self.failed += not head.startswith(b"http/1.1 200")
        if now < self._until:
            self._next()
        elif not self.done.done():
            self.done.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """The server closed it: that is a failure."""
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("closed"))

    def _next(self) -> None:
        assert self._transport is not None
        self._place = (self._place + 1) % len(self._requests)
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests[self._place])


async def run(
    port: int, seconds: float, asked: list[tuple[str, dict[str, str]]], connections: int = CONNECTIONS
) -> dict[str, float]:
    """Load the server and count."""
    requests = [
        "\r\n".join(
            [
                f"GET {path} HTTP/1.1",
                "Host: 127.0.0.1",
                *(f"{name}: {value}" for name, value in headers.items()),
                "",
                "",
            ]
        ).encode()
        for path, headers in asked
    ]
    began = time.perf_counter()
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    for _ in range(connections):
        _, client = await loop.create_connection(
            lambda: Client(requests, until=began + seconds), host="127.0.0.1", port=port
        )
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    took = time.perf_counter() - began
    latencies = sorted(1000 * one for client in clients for one in client.latencies)
    return {
        "requests": len(latencies),
        "seconds": took,
        "failed": sum(client.failed for client in clients),
        "p50_ms": latencies[len(latencies) // 2],
        "p95_ms": latencies[len(latencies) * 95 // 100],
        "p99_ms": latencies[len(latencies) * 99 // 100],
    }


def main() -> None:
    """Run with the arguments of the command line."""
    port, seconds, file, *more = sys.argv[1:]
    connections = int(more[0]) if more else CONNECTIONS
    print(json.dumps(uvloop.run(run(int(port), float(seconds), json.loads(Path(file).read_text()), connections))))


if __name__ == "__main__":
    main()
