"""The pages that people see at Stripe: Checkout, onboarding, the portal, invoices and receipts. Plain forms."""

from collections.abc import Callable
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.stripe import accounts, checkout, invoices, subscriptions
from tests.stripe.cards import CARDS, GOOD
from tests.stripe.errors import RefusedError
from tests.stripe.forms import decoded
from tests.stripe.server import Stripe
from tests.stripe.world import Obj

_STYLE = (
    "body{font:16px/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}td{padding-right:1rem}"
    "input,button{font:inherit;padding:.4rem;width:100%;box-sizing:border-box;margin:.2rem 0 .8rem}"
)
_HEAD = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
_ENDINGS = {
    "complete": "Finish: everything is right",
    "partly": "Leave half way",
    "pending": "Finish: Stripe still verifies",
    "restrict": "Finish: a document is missing",
    "reject": "Finish: Stripe refuses the account",
}


class Pages:
    """All of them, over one fake."""

    def __init__(self, fake: Stripe) -> None:
        self._fake, self._world = fake, fake.world

    def routes(self) -> list[Route]:
        """Their routes."""
        both = ["GET", "POST"]
        return [
            Route("/", self.index),
            Route("/checkout/{name}", self._guarded(self.checkout), methods=both),
            Route("/onboarding/{name}", self._guarded(self.onboarding), methods=both),
            Route("/portal/{name}", self._guarded(self.portal), methods=both),
            Route("/invoices/{name}", self._guarded(self.invoice), methods=both),
            Route("/invoices/{name}/pdf", self.receipt),
            Route("/receipts/{name}", self.receipt),
        ]

    def _guarded(self, page: Callable[[str, Obj | None], Response]) -> Callable[[Request], object]:
        async def answer(request: Request) -> Response:
            self._world.tick()
            given = decoded((await request.body()).decode()) if request.method == "POST" else None
            try:
                return page(request.path_params["name"], given)
            except (RefusedError, KeyError) as error:
                return _page("Something went wrong", f"<p>{escape(str(error))}</p>", 404)

        return answer

    async def index(self, _: Request) -> Response:
        """What there is."""
        rows = "".join(f"<tr><td><code>{card.number}</code><td>{escape(card.does)}" for card in CARDS.values())
        return _page("A fake of Stripe", f"<p>No money moves here. Cards:</p><table>{rows}</table>")

    def checkout(self, name: str, given: Obj | None) -> Response:
        """A session's page."""
        session = self._world.find("checkout.session", name)
        if session["status"] != "open":
            return _page("Checkout", f"<p>This session is {session['status']}.</p>")
        if given is None:
            return self._checkout(session)
        answers = {"yes": True, "no": False}
        outcome = checkout.pay(
            self._world,
            session,
            given["card"].replace(" ", ""),
            authenticates=answers.get(given.get("authenticates", "")),
            email=given.get("email") or "ada@example.org",
        )
        if outcome == "complete":
            return _to(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))
        if outcome == "requires_action":
            return _page("Your bank asks: is this you?", _authentication(given))
        return self._checkout(session, "Your card was declined. Try another card.")

    def _checkout(self, session: Obj, problem: str = "") -> Response:
        items = self._world.secret[session["id"]]["items"]
        names = ", ".join(escape(self._world.by_id[each["price"]["product"]]["name"]) for each in items)
        back = f'<p><a href="{escape(session["cancel_url"])}">Back</a></p>' if session["cancel_url"] else ""
        email = "" if session["customer"] else _field("Email", "email", session["customer_email"] or "")
        return _page(
            f"Pay {session['amount_total']} {session['currency']}",
            f"<p>{names}</p>{_alert(problem)}<form method=post>{email}{_card()}<button>Pay</button></form>{back}",
        )

    def onboarding(self, name: str, given: Obj | None) -> Response:
        """An account link's page; the link opens once."""
        if name not in self._world.secret:
            return _page("Something went wrong", "<p>No such link.</p>", 404)
        if given is not None:
            link = self._world.secret[name]["link"]
            accounts.onboard(self._world, self._world.by_id[link["account"]], given["ending"])
            options = link["use_case"][link["use_case"]["type"]]
            return _to(options.get("return_url") or options["refresh_url"])
        account, options, opens = accounts.follow_link(self._world, name)
        if not opens:
            return _to(options["refresh_url"])
        choices = "".join(f"<button name=ending value={key}>{escape(text)}</button>" for key, text in _ENDINGS.items())
        country = escape(account["identity"]["country"])
        return _page("Set up payouts", f"<p>Account {account['id']}, {country}.</p><form method=post>{choices}</form>")

    def portal(self, name: str, given: Obj | None) -> Response:
        """A portal session's page: the customer's subscriptions and invoices."""
        session = self._world.find("billing_portal.session", name)
        found = [
            each
            for each in self._world.of("subscription", customer=session["customer"])
            if each["status"] != "canceled"
        ]
        if given is not None:
            for each in found:
                self._do(each, given)
            return _to(f"/portal/{name}")
        parts = [self._subscription(each) for each in found] or ["<p>No subscription.</p>"]
        bills = "".join(
            f'<li><a href="/invoices/{each["id"]}">{each["number"]}</a>: {each["status"]}, {each["total"]}'
            for each in self._world.of("invoice", customer=session["customer"])
        )
        back = f'<p><a href="{escape(session["return_url"])}">Back to the site</a></p>' if session["return_url"] else ""
        return _page("Your subscription", f"{''.join(parts)}<ul>{bills}</ul>{back}")

    def _do(self, subscription: Obj, given: Obj) -> None:
        match given.get("do"):
            case "cancel":
                subscriptions.set_ending(self._world, subscription, True)
            case "resume":
                subscriptions.set_ending(self._world, subscription, False)
            case "card":
                subscriptions.change_card(self._world, subscription, given["card"].replace(" ", ""))

    def _subscription(self, subscription: Obj) -> str:
        ends = subscription["cancel_at_period_end"]
        word, label = ("resume", "Do not cancel") if ends else ("cancel", "Cancel at the end of the period")
        return (
            f"<h2>{subscription['status']}{', ends with its period' if ends else ''}</h2>"
            f"<form method=post><button name=do value={word}>{label}</button></form>"
            f"<form method=post>{_card()}<button name=do value=card>Use this card</button></form>"
        )

    def invoice(self, name: str, given: Obj | None) -> Response:
        """An invoice's page, on which an open one is paid."""
        found = self._world.find("invoice", name)
        problem = ""
        if given is not None and not invoices.settle_by(self._world, found, given["card"].replace(" ", "")):
            problem = "Your card was declined. Try another card."
        form = (
            f"{_alert(problem)}<form method=post>{_card()}<button>Pay</button></form>"
            if found["status"] == "open"
            else ""
        )
        return _page(
            f"Invoice {found['number']}", f"<p>{found['status']}: {found['total']} {found['currency']}</p>{form}"
        )

    async def receipt(self, request: Request) -> Response:
        """A receipt or an invoice's copy."""
        return _page("Receipt", f"<p>{escape(request.path_params['name'])}</p>")


def _page(title: str, body: str, status: int = 200) -> Response:
    head = f"{_HEAD}<title>{title}</title><style>{_STYLE}</style>"
    return HTMLResponse(
        f"{head}<main><h1>{title}</h1>{body}<p><small>A fake of Stripe: no money moves.</small></p></main>", status
    )


def _to(url: str) -> Response:
    return RedirectResponse(url, 303)


def _alert(problem: str) -> str:
    return f"<p role=alert>{escape(problem)}</p>" if problem else ""


def _field(label: str, name: str, value: str) -> str:
    return f"<label>{label}<input name={name} value='{escape(value)}' autocomplete=off></label>"


def _card() -> str:
    options = "".join(f"<option value={card.number}>{escape(card.does)}</option>" for card in CARDS.values())
    field = f"<input name=card value={GOOD} list=cards inputmode=numeric autocomplete=off>"
    return f"<label>Card number{field}</label><datalist id=cards>{options}</datalist>"


def _authentication(given: Obj) -> str:
    kept = "".join(
        f"<input type=hidden name={key} value='{escape(given[key])}'>" for key in ("card", "email") if key in given
    )
    answers = (("yes", "Yes, it is me"), ("no", "No"))
    buttons = "".join(f"<button name=authenticates value={value}>{text}</button>" for value, text in answers)
    return f"<form method=post>{kept}{buttons}</form>"
