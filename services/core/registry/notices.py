"""Kinds of notice: what a domain may tell a user (`Domain.notices`), and how by itself.

A kind belongs to the domain in which its notices become true. It says what it is called, which values its notices
carry, and the sentence and the link that come of them; so a wording that changes, changes for older notices, too.
services/core/notices keeps and delivers them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

Values = Mapping[str, str]


class MailTiming(StrEnum):
    """Whether a mail tells of a notice, too: at once, or with all others of the day."""

    NONE = "none"
    NOW = "now"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind:
    """A kind, named in snake case.

    `title` names it in the settings and heads its mails. `sentence(values, count)` and `link(about, values, count)`
    make text and the path of the site; `count` is how many occasions the notice stands for. With `collapses` another
    one about the same grows the notice that is unread, and its values are the latest. `page` and `mail` are what a user
    gets who has chosen nothing. A kind about `security` stands always in the inbox; its mails are its domain's.
    """

    name: str
    title: str
    values: frozenset[str]
    sentence: Callable[[Values, int], str]
    link: Callable[[str, Values, int], str]
    security: bool = False
    page: bool = True
    mail: MailTiming = MailTiming.NONE
    collapses: bool = False
