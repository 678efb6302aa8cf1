"""What a browser keeps for us opens as what it was sealed for, here alone, until it ends."""

from datetime import timedelta
from uuid import uuid4

from services.core.accounts.known_devices import KnownDevice, KnownDevices
from services.core.accounts.seals import Sealed, Seals
from services.core.kit.tables import utc_now

SEALS = Seals("a pepper")


class Other(Sealed):
    """Has the fields of a known device and another purpose."""

    user_id: str


def test_a_mark_of_ours_says_whose_device_it_is() -> None:
    devices, user_id = KnownDevices(SEALS), uuid4()
    mark = devices.mark(user_id)
    assert devices.user_of(mark) == user_id
    strangers = [None, "", mark[:-2], f"{mark}é", KnownDevices(Seals("another pepper")).mark(user_id)]
    assert [devices.user_of(text) for text in strangers] == [None] * 5


def test_what_was_sealed_as_one_kind_opens_as_no_other() -> None:
    other = SEALS.seal(Other(ends_at=utc_now() + timedelta(minutes=1), user_id=str(uuid4())))
    assert SEALS.open(Other, other) is not None
    assert SEALS.open(KnownDevice, other) is None


def test_it_ends() -> None:
    assert SEALS.open(KnownDevice, SEALS.seal(KnownDevice(ends_at=utc_now(), user_id=uuid4()))) is None
