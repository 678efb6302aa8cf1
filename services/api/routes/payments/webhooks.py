"""Where the provider sends its events. No caller, key, cookie or limit of ours: who sent it, its signature says.

The body comes as it is (protection.py): it is not parsed before its signature is known to be good.
"""

from typing import Annotated

from fastapi import APIRouter, Header, Request, Response

from services.api.deps import ServicesDep

router = APIRouter(prefix="/api/v1/payments/webhooks", tags=["payments"], include_in_schema=False)


@router.post("/{endpoint}", status_code=204, response_class=Response)
async def receive(
    endpoint: str,
    request: Request,
    services: ServicesDep,
    signature: Annotated[str, Header(alias="Stripe-Signature")] = "",
) -> Response:
    """Store an event; `account`, `connected` and `thin` are the endpoints. 404 for one that has no secret."""
    await services.webhooks.receive(endpoint, await request.body(), signature)
    return Response(status_code=204)
