"""Which passwords are taken, and that hashing stays bounded."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.core.accounts import passwords
from services.core.accounts.common_passwords import _words, is_common
from services.core.accounts.passwords import PasswordHasher, Verdict, WeakPasswordError, check_password
from services.core.accounts.settings import AuthSettings
from services.core.kit.errors import UnavailableError

_CHEAP = AuthSettings(argon2_memory_kib=8_192, argon2_time_cost=1, argon2_concurrency=2)


@pytest.fixture
async def hasher() -> AsyncIterator[PasswordHasher]:
    opened = PasswordHasher(_CHEAP)
    yield opened
    opened.close()


class TestCheckPassword:
    @pytest.mark.parametrize("password", ["a" * 7, "", "x7Gd!kk"])
    def test_a_short_one_is_weak(self, password: str) -> None:
        with pytest.raises(WeakPasswordError, match="at least 8"):
            check_password(password)

    def test_257_characters_are_too_long_and_256_are_not(self) -> None:
        long = "correct horse battery " * 12
        check_password(long[:256])
        with pytest.raises(WeakPasswordError, match="at most 256"):
            check_password(long[:257])

    @pytest.mark.parametrize("password", ["AdaLovelace", "ada.l@example.org", "Ada.L@Example.org"])
    def test_ones_own_name_or_address_is_weak(self, password: str) -> None:
        with pytest.raises(WeakPasswordError):
            check_password(password, handle="adalovelace", email="ada.l@example.org")

    @pytest.mark.parametrize(
        "password",
        ["seven moons over Lisbon", "x7Gd!kkq9", "пароль на каждый день", "🌒🌓🌔🌕🌖🌗🌘🌑", "        x       "],
    )
    def test_anything_else_of_eight_is_taken(self, password: str) -> None:
        check_password(password, handle="ada", email="ada@example.org")


class TestForms:
    """`é` is one sign (NFC) on one system and two (NFD) on another."""

    NFC, NFD = "caf\u00e9 au soleil", "cafe\u0301 au soleil"

    @pytest.mark.parametrize("made_of", [NFC, NFD])
    async def test_all_forms_fit_a_new_hash(self, hasher: PasswordHasher, made_of: str) -> None:
        stored = await hasher.hash(made_of)
        for typed in (self.NFC, self.NFD):
            assert await hasher.verify(typed, stored) == Verdict(correct=True)
        assert not (await hasher.verify("cafe au soleil", stored)).correct

    @pytest.mark.parametrize("typed", [NFC, NFD])
    async def test_a_hash_of_another_form_fits_and_is_replaced(self, hasher: PasswordHasher, typed: str) -> None:
        old = str(passwords._context(_CHEAP.argon2_memory_kib, _CHEAP.argon2_time_cost).hash(self.NFD))
        verdict = await hasher.verify(typed, old)
        assert verdict.correct
        assert verdict.replacement is not None
        assert await hasher.verify(self.NFC, verdict.replacement) == Verdict(correct=True)


class TestIsCommon:
    def test_the_list_has_its_size(self) -> None:
        assert len(_words()) >= 300

    @given(st.sampled_from(sorted(_words())), st.sampled_from(["", "1", "123", "!", "2024", "1!", "007"]))
    def test_dressed_up_words_are_known(self, word: str, ending: str) -> None:
        assert is_common(word.capitalize() + ending)
        assert is_common(ending + word.upper())
        assert is_common(word[::-1] + ending)

    @pytest.mark.parametrize("password", ["p@ssw0rd", "dr4g0n!!", "qwerty12345", "abcd1234", "zzzz1111", "1q2w3e4r5t"])
    def test_the_usual_tricks_are_known(self, password: str) -> None:
        assert is_common(password)

    @given(st.text(max_size=300))
    def test_no_text_breaks_it(self, text: str) -> None:
        is_common(text)


class TestPasswordHasher:
    async def test_the_hash_is_argon2id_and_fits_only_its_password(self, hasher: PasswordHasher) -> None:
        stored = await hasher.hash("seven moons")
        assert stored.startswith("$argon2id$v=19$m=8192,t=1,p=1$")
        assert (await hasher.verify("seven moons", stored)).correct
        assert not (await hasher.verify("seven moons ", stored)).correct

    async def test_nobodys_hash_fits_nothing(self, hasher: PasswordHasher) -> None:
        assert not (await hasher.verify("seven moons", None)).correct

    async def test_weaker_settings_ask_for_a_new_hash(self, hasher: PasswordHasher) -> None:
        stronger = PasswordHasher(AuthSettings(argon2_memory_kib=9_216, argon2_time_cost=1))
        verdict = await stronger.verify("seven moons", await hasher.hash("seven moons"))
        assert verdict.correct
        assert str(verdict.replacement).startswith("$argon2id$v=19$m=9216,")
        assert (await stronger.verify("seven moons", verdict.replacement)).replacement is None
        stronger.close()

    async def test_no_more_than_the_set_number_run_at_once_and_the_loop_stays_free(
        self, hasher: PasswordHasher
    ) -> None:
        threads: set[str] = set()
        ticks = 0

        def note() -> None:
            threads.update(thread.name for thread in threading.enumerate() if thread.name.startswith("argon2"))

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.001)
                ticks += 1
                note()

        ticking = asyncio.create_task(tick())
        await asyncio.gather(*(hasher.hash(f"password number {number}") for number in range(30)))
        ticking.cancel()
        assert ticks > 5
        assert len({name for name in threads if name.startswith("argon2")}) <= 4  # two of this pool, two of others'

    async def test_a_crowd_is_told_to_come_back(self, hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch) -> None:
        limit = _CHEAP.argon2_concurrency * (1 + passwords._WAITING_PER_WORKER)
        answers = await asyncio.gather(*(hasher.verify("x", None) for _ in range(limit + 20)), return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, UnavailableError)]
        assert len(refused) == 20
        assert refused[0].headers["Retry-After"] == "1"
        assert not (await hasher.verify("x", None)).correct
