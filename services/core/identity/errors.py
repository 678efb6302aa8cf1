"""Errors of whoever identifies a caller."""

from services.core.kit.errors import UnauthorizedError


class InvalidTokenError(UnauthorizedError):
    """The access token is broken, expired, revoked, or not ours."""

    code = "invalid_token"
    title = "The access token is not valid any more"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
