"""What an author is told of votes: the first, then by tens, then by hundreds and so on. Never of each, nor by whom."""

from services.core.kit.database import WriteSession
from services.core.notices.service import tell
from services.core.registry.notices import MailTiming, NoticeKind
from services.core.votes import repository
from services.core.votes.repository import Rank

VOTED = NoticeKind(
    name="voted",
    title="Votes for your shaders",
    values=frozenset({"title", "people"}),
    sentence=lambda values, _: (
        f"“{values['title']}” got its first vote"
        if values["people"] == "1"
        else f"{values['people']} people voted for “{values['title']}”"
    ),
    link=lambda about, *_: f"/s/{about}",
    mail=MailTiming.DIGEST,
    collapses=True,
)


def is_milestone(people: int) -> bool:
    """Whether so many are worth a word: 1, 10, 20, ... 100, 200, ... 1000, 2000, ..."""
    return people == 1 or (people >= 10 and people % 10 ** (len(str(people)) - 1) == 0)


async def tell_author(session: WriteSession, before: Rank, up: int) -> None:
    """Tell the author that now so many people voted for the shader, where that is worth a word."""
    if up <= before.tally.up or not is_milestone(up):
        return
    title = await repository.title_of(session, before.shader_id)
    values = {"title": title, "people": str(up)}
    await tell(session, VOTED, before.author_id, about=before.shader_id, occasion=str(up), values=values)
