"""Arrays that grow by the number of sent ids."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def grown(array: npt.NDArray[np.generic], size: int, fill: int) -> npt.NDArray[np.generic]:
    """An array of at least `size` rows, new ones holding `fill`; room is doubled, so that growing stays cheap."""
    if len(array) >= size:
        return array
    wider = np.full(max(size, 2 * len(array), 1024), fill, array.dtype)
    wider[: len(array)] = array
    return wider
