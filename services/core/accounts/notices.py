"""What accounts tell their users in the inbox. All of it is about security; the mails are in mails.py."""

from enum import StrEnum

from services.core.registry.notices import NoticeKind


class FactorChange(StrEnum):
    """What changed in the ways to sign in, as a sentence for its owner."""

    PASSKEY_ADDED = "A passkey was added to your account."
    PASSKEY_REMOVED = "A passkey was removed from your account."
    CODES_ON = "Your account asks for a code of your app after the password now."
    CODES_OFF = "Your account does not ask for a code after the password any more."
    NEW_RECOVERY_CODES = "Your account has new recovery codes, and the earlier ones have ended."
    RECOVERY_CODE_USED = "One of your recovery codes was used, and is good no more."
    RESET = "An administrator removed the code app and the recovery codes of your account."


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
WAY_IN_ADDED = NoticeKind(
    name="way_in_added",
    title="New ways to sign in",
    values=frozenset({"label"}),
    sentence=lambda values, _: f"{values['label']} was linked: whoever signs in there gets into your account",
    link=lambda *_: "/settings/sign-in",
    security=True,
)
WAY_IN_REMOVED = NoticeKind(
    name="way_in_removed",
    title="Ways to sign in that were removed",
    values=frozenset({"label"}),
    sentence=lambda values, _: f"{values['label']} was unlinked from your account",
    link=lambda *_: "/settings/sign-in",
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
FACTORS_CHANGED = NoticeKind(
    name="factors_changed",
    title="Changes of passkeys and codes",
    values=frozenset({"change"}),
    sentence=lambda values, _: values["change"],
    link=lambda *_: "/settings/security",
    security=True,
)
CODE_GUESSED = NoticeKind(
    name="code_guessed",
    title="Wrong codes after your password",
    values=frozenset(),
    sentence=lambda *_: "Somebody gave your password and then wrong codes; set a new password if it was not you",
    link=lambda *_: "/settings/password",
    security=True,
)

ALL = (
    NEW_SIGN_IN,
    PASSWORD_CHANGED,
    ADDRESS_CHANGED,
    WAY_IN_ADDED,
    WAY_IN_REMOVED,
    SUSPENDED,
    RESTORED,
    FACTORS_CHANGED,
    CODE_GUESSED,
)
