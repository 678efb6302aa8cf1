"""Errors of whoever identifies a caller."""

from services.core.kit.errors import ForbiddenError, UnauthorizedError


class InvalidTokenError(UnauthorizedError):
    """The access token is broken, expired, revoked, or not ours."""

    code = "invalid_token"
    title = "The access token is not valid any more"

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})


class AddressUnverifiedError(ForbiddenError):
    """The site wants a confirmed address for this. Drafts are free."""

    code = "address_unverified"
    title = "Confirm your address first"

    def __init__(self) -> None:
        super().__init__(
            "Confirm your address first: open the link in the mail that we sent you; under Settings you can have it "
            "sent again"
        )
