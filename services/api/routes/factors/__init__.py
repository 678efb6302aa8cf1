"""Routes of passkeys, codes and proofs."""

from services.api.routes.factors import codes, passkeys, proofs, sign_in

ROUTERS = (sign_in.router, proofs.router, passkeys.router, codes.router)
