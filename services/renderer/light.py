"""Light: what the bytes of a picture stand for. It can be added up, and the bytes cannot."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float32]


def _linear() -> Light:
    values = np.arange(256) / 255
    light = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


# The light of each of the 256 values of sRGB, from 0 to 1.
LIGHT: Final = _linear()
