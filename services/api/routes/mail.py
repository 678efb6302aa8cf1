"""The end of a topic of mails by a link, without a sign-in (RFC 8058).

A mail program posts to the address in `List-Unsubscribe`; a person who opens that address is led to the page with a
button, with the token behind `#`.
"""

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field

from services.api.deps import ServicesDep, WriteDep, address_limit, no_key

router = APIRouter(prefix="/api/v1/mail", tags=["mail"], dependencies=[Depends(no_key)])
ROUTERS = (router,)


class Unsubscribed(BaseModel):
    """What no more mails come about."""

    topic: str = Field(examples=["fork"])


@router.get("/unsubscribe/{token}", status_code=303, response_class=RedirectResponse, include_in_schema=False)
async def show_unsubscribe(token: str, services: ServicesDep) -> RedirectResponse:
    """Lead a person to the page that asks; nothing is changed by looking."""
    return RedirectResponse(f"{services.settings.site.public_url.rstrip('/')}/unsubscribe#{token}", status_code=303)


@router.post("/unsubscribe/{token}", dependencies=[address_limit("mail_address")])
async def unsubscribe(token: str, services: ServicesDep, session: WriteDep) -> Unsubscribed:
    """No more mails of the topic that the link is about."""
    return Unsubscribed(topic=await services.unsubscribing.unsubscribe(session, token))
