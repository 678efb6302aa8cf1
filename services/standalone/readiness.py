"""Whether the site answers."""

import http.client


def answers(host: str, port: int, *, timeout: float = 1.0) -> bool:
    """Whether `GET /readyz` is answered with 200."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- compared, not bound
    connection = http.client.HTTPConnection(target, port, timeout=timeout)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
