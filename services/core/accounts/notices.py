"""What accounts tell their users in the inbox. All of it is about security; the mails are in mails.py."""

from services.core.registry.notices import NoticeKind

NEW_SIGN_IN = NoticeKind(
    name="new_sign_in",
    title="Sign-ins from a new place",
    values=frozenset({"device"}),
    sentence=lambda values, _: f"Somebody signed in to your account from a new place, with {values['device']}",
    link=lambda *_: "/settings/sessions",
    security=True,
)
PASSWORD_CHANGED = NoticeKind(
    name="password_changed",
    title="Changes of your password",
    values=frozenset(),
    sentence=lambda *_: "Your password was changed",
    link=lambda *_: "/settings/password",
    security=True,
)
ADDRESS_CHANGED = NoticeKind(
    name="address_changed",
    title="Changes of your e-mail address",
    values=frozenset(),
    sentence=lambda *_: "Your e-mail address was changed",
    link=lambda *_: "/settings/profile",
    security=True,
)
SUSPENDED = NoticeKind(
    name="account_suspended",
    title="A suspension of your account",
    values=frozenset({"reason"}),
    sentence=lambda values, _: f"Your account was suspended: {values['reason']}",
    link=lambda *_: "/inbox",
    security=True,
)
RESTORED = NoticeKind(
    name="account_restored",
    title="The end of a suspension",
    values=frozenset(),
    sentence=lambda *_: (
        "Your account is no longer suspended. Your API keys have ended; make new ones where you need them"
    ),
    link=lambda *_: "/settings/keys",
    security=True,
)

ALL = (NEW_SIGN_IN, PASSWORD_CHANGED, ADDRESS_CHANGED, SUSPENDED, RESTORED)
