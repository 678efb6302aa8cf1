"""What Stripe answers when it refuses."""

from typing import Any


class RefusedError(Exception):
    """A refusal, with the status and body that Stripe gives it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        decline_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self._members = {"type": type, "code": code, "param": param, "decline_code": decline_code, "message": message}

    @property
    def code(self) -> str | None:
        """Stripe's code, where it has one."""
        return self._members["code"]

    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"error": {name: value for name, value in self._members.items() if value is not None}}


def missing(kind: str, name: str, param: str = "id") -> RefusedError:
    """Nothing has that id."""
    return RefusedError(f"No such {kind}: '{name}'", status=404, code="resource_missing", param=param)


def required(param: str) -> RefusedError:
    """A parameter that has to be there."""
    return RefusedError(f"Missing required param: {param}.", code="parameter_missing", param=param)


def unknown(param: str) -> RefusedError:
    """A parameter that Stripe does not have."""
    return RefusedError(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)


def invalid(param: str, why: str, *, code: str | None = None) -> RefusedError:
    """A parameter whose value cannot be."""
    return RefusedError(f"Invalid {param}: {why}", code=code, param=param)
