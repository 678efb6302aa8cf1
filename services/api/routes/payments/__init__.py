"""Payments: what this site can do, one's own payments and payouts, and what the provider sends."""

from services.api.routes.payments import capabilities, orders, payouts, webhooks

ROUTERS = (capabilities.router, orders.router, payouts.router, webhooks.router)
