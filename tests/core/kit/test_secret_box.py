"""A sealed text opens with its ring and for what it belongs to; anything else is a typed error that tells nothing."""

import traceback
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from services.core.kit.secret_box import KeyRingSettings, SecretBox, SecretBoxError, TamperedError, UnknownKeyError
from services.core.kit.settings import ProcessSettings

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
BOX = SecretBox({"old": OLD})
PLAIN = b"a-secret-that-no-message-tells"

plains = st.binary(max_size=300)
owners = st.text(st.characters(codec="utf-8"), max_size=40)


class HookSettings(KeyRingSettings):
    GROUP = "hooks"


class HookProcess(ProcessSettings):
    DOMAIN_SETTINGS = (HookSettings,)


def line(key_id: str, key: bytes) -> str:
    return f"{key_id}:{urlsafe_b64encode(key).decode()}"


class TestOpen:
    @given(plains, owners)
    def test_it_gives_back_what_was_sealed(self, plain: bytes, owner: str) -> None:
        assert BOX.open(BOX.seal(plain, belongs_to=owner), belongs_to=owner) == plain

    @given(plains, st.data())
    def test_any_flipped_bit_is_noticed(self, plain: bytes, data: st.DataObject) -> None:
        sealed = BOX.seal(plain, belongs_to="row 1")
        header, _, encoded = sealed.rpartition(".")
        raw = bytearray(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        bit = data.draw(st.integers(0, 8 * len(raw) - 1))
        raw[bit // 8] ^= 1 << bit % 8
        changed = f"{header}.{urlsafe_b64encode(raw).decode().rstrip('=')}"
        with pytest.raises(TamperedError):
            BOX.open(changed, belongs_to="row 1")

    @given(st.data())
    def test_any_changed_character_is_noticed(self, data: st.DataObject) -> None:
        sealed = BOX.seal(PLAIN, belongs_to="row 1")
        place = data.draw(st.integers(0, len(sealed) - 1))
        other = data.draw(st.characters().filter(lambda character: character != sealed[place]))
        with pytest.raises(SecretBoxError):
            BOX.open(sealed[:place] + other + sealed[place + 1 :], belongs_to="row 1")

    @given(st.integers(0, 200))
    def test_a_text_that_was_cut_is_noticed(self, length: int) -> None:
        sealed = BOX.seal(PLAIN, belongs_to="row 1")
        with pytest.raises(SecretBoxError):
            BOX.open(sealed[: min(length, len(sealed) - 1)], belongs_to="row 1")

    @given(owners, owners)
    def test_it_belongs_to_one_thing(self, owner: str, other: str) -> None:
        sealed = BOX.seal(PLAIN, belongs_to=owner)
        if owner != other:
            with pytest.raises(TamperedError):
                BOX.open(sealed, belongs_to=other)

    @given(st.one_of(st.text(max_size=80), st.from_regex(r"v1\.old\.[A-Za-z0-9_-]{0,60}", fullmatch=True)))
    def test_garbage_is_a_typed_error(self, garbage: str) -> None:
        with pytest.raises(SecretBoxError):
            BOX.open(garbage, belongs_to="row 1")

    def test_a_key_under_the_id_of_another_does_not_open(self) -> None:
        with pytest.raises(TamperedError):
            SecretBox({"old": NEW}).open(BOX.seal(PLAIN, belongs_to="row 1"), belongs_to="row 1")

    def test_the_id_of_the_key_is_sealed_too(self) -> None:
        two_names = SecretBox({"old": OLD, "new": OLD})
        renamed = BOX.seal(PLAIN, belongs_to="row 1").replace(".old.", ".new.")
        with pytest.raises(TamperedError):
            two_names.open(renamed, belongs_to="row 1")

    def test_errors_tell_neither_text_nor_key(self) -> None:
        sealed = BOX.seal(PLAIN, belongs_to="row 1")
        for box, text in ((BOX, sealed[:-4] + "AAAA"), (SecretBox({"new": NEW}), sealed)):
            with pytest.raises(SecretBoxError) as caught:
                box.open(text, belongs_to="row 1")
            shown = "".join(traceback.format_exception(caught.value, chain=True))
            assert PLAIN.decode() not in shown
            assert sealed.rpartition(".")[2][:-4] not in shown


class TestSeal:
    def test_the_form_is_versioned_and_names_the_key(self) -> None:
        assert BOX.seal(PLAIN, belongs_to="row 1").startswith("v1.old.")

    def test_the_same_secret_is_sealed_differently_each_time(self) -> None:
        assert len({BOX.seal(PLAIN, belongs_to="row 1") for _ in range(100)}) == 100


class TestRotation:
    @given(plains, owners)
    def test_the_first_key_seals_and_all_open(self, plain: bytes, owner: str) -> None:
        before = BOX.seal(plain, belongs_to=owner)
        rotated = SecretBox({"new": NEW, "old": OLD})
        after = rotated.reseal(before, belongs_to=owner)
        assert after.startswith("v1.new.")
        assert [rotated.open(sealed, belongs_to=owner) for sealed in (before, after)] == [plain, plain]
        assert SecretBox({"new": NEW}).open(after, belongs_to=owner) == plain

    def test_resealing_again_changes_nothing(self) -> None:
        sealed = BOX.seal(PLAIN, belongs_to="row 1")
        assert BOX.reseal(sealed, belongs_to="row 1") == sealed

    def test_a_tampered_text_is_not_resealed(self) -> None:
        with pytest.raises(TamperedError):
            BOX.reseal(BOX.seal(PLAIN, belongs_to="row 1"), belongs_to="row 2")

    def test_a_dropped_key_is_named(self) -> None:
        with pytest.raises(UnknownKeyError, match="'old'") as caught:
            SecretBox({"new": NEW}).open(BOX.seal(PLAIN, belongs_to="row 1"), belongs_to="row 1")
        assert caught.value.key_id == "old"


class TestRing:
    @pytest.mark.parametrize("ring", [{}, {"short": b"1" * 31}, {"a.b": OLD}, {"": OLD}, {"a" * 33: OLD}])
    def test_a_bad_ring_is_refused(self, ring: dict[str, bytes]) -> None:
        with pytest.raises(ValueError, match=r"key"):
            SecretBox(ring)

    def test_it_is_read_from_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRACTAFRAG_HOOKS_KEYS", f"{line('new', NEW)}\n\n {line('old', OLD)}\n")
        box = SecretBox.of(HookProcess().of(HookSettings))
        assert box.seal(PLAIN, belongs_to="row 1").startswith("v1.new.")
        assert box.open(BOX.seal(PLAIN, belongs_to="row 1"), belongs_to="row 1") == PLAIN

    def test_it_is_read_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "ring"
        file.write_text(line("old", OLD))
        settings = HookSettings(keys=SecretStr(line("new", NEW)), keys_file=file)
        assert settings.ring() == {"old": OLD}

    @pytest.mark.parametrize(
        "text",
        ["", "old", "old:", "old:!!", line("a", OLD[:-1]), line("a b", OLD), f"{line('a', OLD)}\n{line('a', NEW)}"],
        ids=["empty", "no key", "empty key", "no base64", "short", "bad id", "id twice"],
    )
    def test_a_malformed_ring_stops_production(self, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
        monkeypatch.setenv("FRACTAFRAG_HOOKS_KEYS", text)
        with pytest.raises(ValidationError, match="FRACTAFRAG_HOOKS_KEYS") as caught:
            HookProcess()
        assert urlsafe_b64encode(OLD).decode() not in str(caught.value)

    def test_a_missing_ring_stops_production(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FRACTAFRAG_ENVIRONMENT", "production")
        with pytest.raises(ValidationError, match="FRACTAFRAG_HOOKS_KEYS or FRACTAFRAG_HOOKS_KEYS_FILE must be set"):
            HookProcess()
