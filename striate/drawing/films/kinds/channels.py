"""Films of pooling across channels: neighbouring channels become one, place by place.

What each of them has learned to see, the pool sees whichever of them sees it: so invariance is
learned, such as that to rotation.
"""

from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from striate.drawing.films.drafting import Draft, places
from striate.drawing.films.kinds.pooling import known, results, summary
from striate.drawing.films.record import Film, Frame
from striate.drawing.films.windows.fitting import bounded
from striate.drawing.films.windows.framed import stacked, titled
from striate.errors import ShapeError
from striate.reference.pooling import Kind, pool_channels


def channel_pooling(image: ArrayLike, group: int, kind: Kind = "max", *, title: str = "") -> Film:
    """The film of an image (channel, *size) whose channels are pooled in groups.

    Raises a ShapeError where the channels cannot be cut into such groups.

    >>> film = channel_pooling([[1, 5], [4, 2], [0, 0], [3, -1]], 2)
    >>> [film.written(one) for one in film.sums()]
    ['max(1, 4) = 4', 'max(5, 2) = 5', 'max(0, 3) = 3', 'max(0, -1) = 0']
    """
    channels = np.asarray(image, np.float64)
    channels = stacked(channels, channels.ndim - 1)
    count, *size = channels.shape
    if group < 1 or count % group:
        fitting = [str(n) for n in range(1, count + 1) if count % n == 0]
        raise ShapeError(
            f"{count} channels cannot be cut into groups of {group}",
            help=[f"groups can be of {', '.join(fitting)} channels"],
        )
    bounded(channels.size)
    values = pool_channels(channels, group, known(kind))
    draft = Draft()
    inputs = [
        draft.add(one, titled("input", channel=(n, count)), "input", stack="input")
        for n, one in enumerate(channels)
    ]
    outputs = results(draft, values)
    for (made, output), place in product(enumerate(outputs), places(size)):
        found = [grid.cell(place) for grid in inputs[made * group : (made + 1) * group]]
        name = titled("", place, channel=(made, len(outputs))) or "channel 0"
        draft.frames.append(Frame(name, (summary(output.cell(place), found, kind),)))
    return draft.film(
        title or f"{kind.capitalize()} pooling across channels, {count} in groups of {group}",
        working=(f"channels: {count}/{group} = {len(outputs)}",),
    )
