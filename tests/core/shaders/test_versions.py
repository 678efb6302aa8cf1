"""Histories of edits and restores against a plain list, and walks through works of equal age."""

import itertools
import json
import random
from datetime import timedelta

import pytest

from services.contracts.shaders import Visibility
from services.core.identity.caller import Caller
from services.core.kit.database import WriteSession
from services.core.kit.settings import LimitSettings
from services.core.kit.tables import utc_now
from services.core.shaders import read, write
from services.core.shaders.diff import structured
from services.core.shaders.schemas import ShaderCreate, VersionCreate, VersionRestore
from services.core.shaders.write import AlreadyNewestError, StaleVersionError
from tests.core.shaders.test_diff import applied
from tests.factories import SOURCE, caller_of, make_shader, make_user

LIMITS = LimitSettings()


class History:
    """A work, and the sources that its versions have to hold."""

    def __init__(self, session: WriteSession, caller: Caller, shader_id: str) -> None:
        self.session, self.caller, self.shader_id = session, caller, shader_id
        self.sources = [SOURCE]

    async def edit(self, source: str, based_on: int) -> None:
        """Add an edit; it is refused when it is stale, and no version when it changes nothing."""
        newest = len(self.sources)
        adding = write.add_edit(
            self.session, self.caller, self.shader_id, VersionCreate(source=source, based_on=based_on), LIMITS
        )
        if source == self.sources[-1]:
            assert await adding == (newest, False)
        elif based_on == newest:
            assert await adding == (newest + 1, True)
            self.sources.append(source)
        else:
            with pytest.raises(StaleVersionError) as caught:
                await adding
            assert caught.value.extra["current"] == {"version": newest, "source": self.sources[-1]}
            assert caught.value.extra["base"] == {"version": based_on, "source": self.sources[based_on - 1]}

    async def restore(self, version: int) -> None:
        """Make an old version the newest again."""
        restoring = write.restore(self.session, self.caller, self.shader_id, VersionRestore(version=version), LIMITS)
        if version == len(self.sources):
            with pytest.raises(AlreadyNewestError):
                await restoring
        else:
            assert await restoring == len(self.sources) + 1
            self.sources.append(self.sources[version - 1])


@pytest.mark.parametrize("seed", range(6))
async def test_a_history_is_kept_word_for_word(session: WriteSession, seed: int) -> None:
    chance = random.Random(seed)
    caller = caller_of(await make_user(session))
    order = ShaderCreate(source=SOURCE, title="Work", visibility=Visibility.DRAFT)
    work = await write.create(session, caller, order, LIMITS)
    history = History(session, caller, work.id)
    for _ in range(20):
        newest = len(history.sources)
        any_version = chance.randint(1, newest)
        if chance.random() < 0.6:
            source = SOURCE + "\n".join(chance.choices(["// a", "// b", "", "float x;"], k=chance.randrange(4)))
            await history.edit(source, chance.choice([newest, newest, any_version]))
        else:
            await history.restore(any_version)
    numbers = range(1, len(history.sources) + 1)
    found = [(await read.version(session, caller, work.id, number)).source for number in numbers]
    assert found == history.sources
    for old, new in itertools.pairwise(found):
        assert applied(structured(old, new), old) == new


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
async def test_a_walk_through_works_of_equal_age_sees_each_once(session: WriteSession, limit: int) -> None:
    user = await make_user(session, handle="ada")
    moment = utc_now()
    works = [
        await make_shader(session, author=user, created_at=moment - timedelta(seconds=number // 4))
        for number in range(10)
    ]
    expected = [work.id for work in sorted(works, key=lambda work: (work.created_at, work.id), reverse=True)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await read.shaders_of(session, None, "ada", visibility=None, cursor=cursor, limit=limit)
        seen += [json.loads(item)["id"] for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == expected
