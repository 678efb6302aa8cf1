"""The kinds of mail that there are. Each has a template of its name in `templates/`.

To add one: a constant here, and `templates/<name>.jinja` with `subject`, `text` and, where the mail leads somewhere,
`action` (the words on the link). tests/core/mail/test_compose.py renders every kind.
"""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class MailKind:
    """A kind: the `values` that its template takes, and how long after its making it is still worth sending.

    A mail about `security` cannot be unsubscribed from. With `link` among the values it leads to that path of the site.
    """

    name: str
    values: frozenset[str]
    security: bool = True
    life: timedelta = timedelta(days=3)


VERIFY_ADDRESS = MailKind("verify_address", frozenset({"handle", "link"}))
CONFIRM_ADDRESS = MailKind("confirm_address", frozenset({"handle", "link"}))
ADDRESS_CHANGING = MailKind("address_changing", frozenset({"handle", "link"}))
ADDRESS_CHANGED = MailKind("address_changed", frozenset({"handle"}))
ADDRESS_LEFT = MailKind("address_left", frozenset({"handle"}))
ADDRESS_REVOCABLE = MailKind("address_revocable", frozenset({"handle", "link"}))
RESET_PASSWORD = MailKind("reset_password", frozenset({"handle", "link"}), life=timedelta(minutes=30))
PASSWORD_CHANGED = MailKind("password_changed", frozenset({"handle", "link"}))
NEW_SIGN_IN = MailKind("new_sign_in", frozenset({"handle", "time", "device", "link"}))
ACCOUNT_SUSPENDED = MailKind("account_suspended", frozenset({"handle", "reason"}))
SUSPENDED_ANSWERABLE = MailKind("suspended_answerable", frozenset({"handle", "reason", "link"}))
ACCOUNT_RESTORED = MailKind("account_restored", frozenset({"handle", "link"}))
FACTORS_CHANGED = MailKind("factors_changed", frozenset({"handle", "change", "time", "link"}))
CODE_GUESSED = MailKind("code_guessed", frozenset({"handle", "time", "link"}))
WAY_IN_ADDED = MailKind("way_in_added", frozenset({"handle", "label", "link"}))
WAY_IN_REMOVED = MailKind("way_in_removed", frozenset({"handle", "label", "link"}))
# What a domain tells a user that is no matter of security: a heading, some sentences, and where to look.
NOTICE = MailKind("notice", frozenset({"handle", "heading", "body", "link"}), security=False)
# What a user was told since the day's mail before; `lines` are sentences with • between them.
DIGEST = MailKind("digest", frozenset({"handle", "lines", "link"}), security=False, life=timedelta(days=1))

ALL_KINDS = (
    VERIFY_ADDRESS,
    CONFIRM_ADDRESS,
    ADDRESS_CHANGING,
    ADDRESS_CHANGED,
    ADDRESS_LEFT,
    ADDRESS_REVOCABLE,
    RESET_PASSWORD,
    PASSWORD_CHANGED,
    NEW_SIGN_IN,
    ACCOUNT_SUSPENDED,
    SUSPENDED_ANSWERABLE,
    ACCOUNT_RESTORED,
    FACTORS_CHANGED,
    CODE_GUESSED,
    WAY_IN_ADDED,
    WAY_IN_REMOVED,
    NOTICE,
    DIGEST,
)
BY_NAME = {kind.name: kind for kind in ALL_KINDS}
