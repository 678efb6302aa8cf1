"""A strict, stateful fake of Stripe: the real SDK speaks to it, and it refuses what Stripe refuses.

Tests take it from tests/fixtures/stripe.py, `make run-payments` serves it beside a site. No test double that can be had
knows API 2026-10-28.endive, Checkout, transfers and v2 accounts at once, and none keeps money.

    server.py      a request in, an answer out: key and version, gate 1, idempotency, faults
    shapes.py      gate 1: parameters against the SDK's own types, closed; routes.py finds the type, forms.py decodes
    handlers.py    gate 2: how a rule is registered for its route, and rules that many share
    world.py       objects, clock, what is due, pages of lists, expansion
    money.py       balance transactions; a balance is their sum and nothing else
    catalog.py checkout.py payments.py refunds.py disputes.py transfers.py accounts.py
    subscriptions.py invoices.py portal.py        the objects and their rules
    cards.py       the number of a card chooses what happens
    events.py      the log, endpoints, signed deliveries; delivery.py sends them for a site that runs
    keeping.py     idempotency keys; faults.py failures before and after doing
    transport.py   the SDK's way in within one process; app.py the same over HTTP, with pages.py and `/_fake`
    scene.py       what tests do: pay, settle, onboard, dispute, deliver

Time is the fake's own: `advance` moves it and does what falls due on the way, each at its own time. Nothing is sent by
itself. A charge gets its balance transaction two seconds later, as Stripe's default capture does.

What the fake knows of Stripe is what its pages document; nothing of it was run against the real one. A route that the
SDK has and the fake does not is refused with a sentence that says so.
"""
