"""The provider of payments: calls, webhooks, and a mirror of its objects."""
