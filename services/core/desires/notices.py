"""What desires tell: their authors and followers what came of them, and those who answered one."""

from sqlalchemy import select
from sqlmodel import col

from services.core.desires.models import Cluster, Desire, Follow, Fulfilment, Membership
from services.core.kit.database import WriteSession
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind, Values

_BRIEF = 60


def _quoted(values: Values) -> str:
    return f"“{values['desire']}”"


def _people(values: Values) -> str:
    return "1 like wish" if values["others"] == "1" else f"{values['others']} like wishes"


FULFILLED = NoticeKind(
    name="desire_fulfilled",
    title="Works that answer desires of yours, or that you follow",
    values=frozenset({"desire", "title", "who"}),
    sentence=lambda values, count: (
        f"{values['who']} answered {_quoted(values)} with “{values['title']}”"
        if count == 1
        else f"{_quoted(values)} has {count} new answers, the last by {values['who']}"
    ),
    link=lambda about, *_: f"/desires/{about}",
    mail=MailTiming.DIGEST,
    collapses=True,
)
ACCEPTED = NoticeKind(
    name="desire_accepted",
    title="Answers of yours that were accepted",
    values=frozenset({"desire", "title"}),
    sentence=lambda values, _: f"“{values['title']}” was accepted as the answer to {_quoted(values)}",
    link=lambda about, *_: f"/desires/{about}",
    mail=MailTiming.DIGEST,
)
GROUPED = NoticeKind(
    name="desire_grouped",
    title="Desires of yours that were grouped with like ones",
    values=frozenset({"desire", "others"}),
    sentence=lambda values, _: f"{_quoted(values)} was grouped with {_people(values)}. Not yours? Leave the group",
    link=lambda about, *_: f"/desires/{about}",
)
JOINED = NoticeKind(
    name="desire_joined",
    title="Others who want what you want",
    values=frozenset({"desire"}),
    sentence=lambda values, count: (
        f"Somebody else wants {_quoted(values)}, too"
        if count == 1
        else f"{count} more desires are like {_quoted(values)}"
    ),
    link=lambda about, *_: f"/desires/{about}",
    collapses=True,
)
EXPIRED = NoticeKind(
    name="desire_expired",
    title="Desires of yours that expired",
    values=frozenset({"desire"}),
    sentence=lambda values, _: f"{_quoted(values)} is not open any more: its time is over",
    link=lambda about, *_: f"/desires/{about}",
    mail=MailTiming.DIGEST,
)
ALL = (FULFILLED, ACCEPTED, GROUPED, JOINED, EXPIRED)


def brief(desire: Desire) -> str:
    """The beginning of its text, in one line."""
    return brief_text(desire.prompt)


def brief_text(prompt: str) -> str:
    """The beginning of a desire's text, in one line."""
    line = " ".join(prompt.split())
    if len(line) <= _BRIEF:
        return line
    cut = line[: _BRIEF - 1]
    words = cut.rpartition(" ")[0]
    # A word that alone is longer than half of it is cut.
    return f"{(words if len(words) > _BRIEF // 2 else cut).rstrip(' ,.;:')}…"


async def tell_fulfilled(session: WriteSession, desire: Desire, made: Fulfilment, *, title: str, who: str) -> None:
    """Tell the author and the followers of a new fulfilment; not whoever made it."""
    followers = await session.scalars(select(col(Follow.user_id)).where(col(Follow.desire_id) == desire.id))
    values = {"desire": brief(desire), "title": title, "who": who}
    for user_id in sorted({desire.author_id, *followers}):
        await tell(
            session, FULFILLED, user_id, about=desire.id, occasion=made.shader_id, values=values, by=made.author_id
        )


async def tell_accepted(session: WriteSession, desire: Desire, made: Fulfilment, *, title: str) -> None:
    """Tell whoever made what was accepted. It goes with the account of the desire's author."""
    values = {"desire": brief(desire), "title": title}
    occasion, by = made.shader_id, desire.author_id
    await tell(session, ACCEPTED, made.author_id, about=desire.id, occasion=occasion, values=values, by=by)


async def tell_grouped(session: WriteSession, desire: Desire, cluster: Cluster, made: Membership) -> None:
    """Tell a desire's author that it was grouped by somebody or something else."""
    values = {"desire": brief(desire), "others": str(max(1, cluster.wordings - 1))}
    await tell(session, GROUPED, desire.author_id, about=desire.id, occasion=str(made.id), values=values)


async def tell_joined(session: WriteSession, first: Desire, also: Desire) -> None:
    """Tell the author of the cluster's first wording that somebody else wants it; once for each wish."""
    values = {"desire": brief(first)}
    await tell(session, JOINED, first.author_id, about=first.id, occasion=also.id, values=values, by=also.author_id)
