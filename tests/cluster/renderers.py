"""What answers for all renderer pods: `/load` on every address of the loopback network, which kwok's pods have."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class RendererStub:
    """Idle renderers until told otherwise, by the pod's address."""

    def __init__(self) -> None:
        self.busy: set[str] = set()
        self.silent: set[str] = set()
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                stub.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)  # noqa: S104 - for every pod's address
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """Where all of them listen."""
        return int(self._server.server_address[1])

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """What the pod with the address that was called says."""
        address = request.connection.getsockname()[0]
        load = {"slots": 1, "busy": int(address in self.busy), "waiting": 0, "jobs": 0, "job_seconds": None}
        body = json.dumps({**load, "ready": True, "draining": False}).encode()
        request.send_response(503 if address in self.silent else 200)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def reset(self) -> None:
        """All are idle."""
        self.busy.clear()
        self.silent.clear()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
