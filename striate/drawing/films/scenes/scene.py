"""What stands on the table before a film begins: the numbers that arrive, the window, the kernels.

A scene is read from the options; what they do not say is made up, and the scene knows what.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from striate.arithmetic.typed import numbers, padding
from striate.arithmetic.window import Size, Window
from striate.drawing.films.scenes.arriving import arriving, is_made_up
from striate.drawing.films.scenes.options import Options
from striate.drawing.films.scenes.tables import array_of, matrix_of
from striate.drawing.films.scenes.values import kernel_of, table_of
from striate.errors import OptionError, ShapeError
from striate.reference.connections import Groups
from striate.reference.sweep import Border

Array = NDArray[np.float64]
POOLS = ("pool", "adaptive", "channels")
_KERNEL = 3
_BORDERS = ("zeros", "edge", "reflect", "circular")


@dataclass(frozen=True)
class Scene:
    """The options of a film, read.

    >>> scene = Scene("conv", Options(input="7x9", kernel="3", stride=2))
    >>> scene.image.shape, scene.window.places((7, 9))
    ((1, 7, 9), (3, 4))
    """

    kind: str
    asked: Options
    invented: dict[str, None] = field(default_factory=dict[str, None])
    """What was made up, in its order."""

    @cached_property
    def written(self) -> Size | Array:
        """The kernel that was asked for: its size, or its weights (*kernel)."""
        if self.asked.kernel is None:
            return (2,) if self.kind == "pool" else (_KERNEL,)
        if isinstance(self._kernel, np.ndarray):
            self._weightless()
        return self._kernel

    def _weightless(self) -> None:
        """Refuse written weights where a window has none, or has them in lines."""
        if self.kind == "pool" or (self.kind == "shift" and self.asked.pool is not None):
            raise OptionError("a pool has no weights", help=["give the size of its window: 2"])
        if self.kind == "separable":
            said = "a separable convolution has a line of weights for each axis, not one kernel"
            raise OptionError(said, help=["give the size of the kernel: 3"])

    @cached_property
    def _kernel(self) -> Size | Array:
        return kernel_of(self.asked.kernel)

    @property
    def drawn(self) -> Array | None:
        """The weights (*kernel) of a kernel that was written; of one row, a row of a matrix."""
        written = self.written
        if not isinstance(written, np.ndarray):
            return None
        if written.ndim == 1 and self.axes == 2:
            written = written[np.newaxis]
        if written.ndim != self.axes:
            raise OptionError(f"the kernel has {written.ndim} axes, and the film {self.axes}")
        return written

    @cached_property
    def weights(self) -> Array | None:
        """All kernels, where they were given."""
        if self.asked.weights is None or self.kind == "separable":
            return None
        weights = array_of(self.asked.weights, "weights")
        if weights.ndim < 2 or not weights.size:
            help = ["weights are an array (filter, channel, *kernel)"]
            raise OptionError("the weights are no kernels", help=help)
        return weights

    @cached_property
    def axes(self) -> int:
        """How many axes there are: as many as something tells, or 2."""
        asked, written = self.asked, self.written
        if asked.axes is not None:
            if not 1 <= asked.axes <= 3:
                raise OptionError(f"a film has 1, 2 or 3 axes, not {asked.axes}")
            return asked.axes
        if isinstance(asked.image, str | Path):
            return 2
        given = asked.image if asked.matrix is None else asked.matrix
        if given is not None:
            return matrix_of(given, None).ndim - 1
        if isinstance(written, np.ndarray):
            return written.ndim
        return len(written) if len(written) > 1 else 2

    @cached_property
    def image(self) -> Array:
        """What arrives, (channel, *size)."""
        if is_made_up(self.asked):
            self.invented["the input"] = None
        largest = 9 if self.kind in POOLS else 3
        return arriving(self.asked, self.axes, usual=self._fitting or 1, largest=largest)

    @property
    def _fitting(self) -> int | None:
        """As many channels as the other options need, where they tell."""
        asked, weights = self.asked, self.weights
        if self.kind == "channels":
            return 2 * (asked.group or 2)
        if asked.connect is not None:
            return max((one for row in table_of(asked.connect) for one in row), default=0) + 1
        if weights is None or weights.ndim < 2:
            return asked.groups
        return len(weights) if self.kind == "transpose" else weights.shape[1] * (asked.groups or 1)

    @property
    def channels(self) -> int:
        """How many channels arrive."""
        return len(self.image)

    @property
    def size(self) -> Size:
        """The size of each channel."""
        return self.image.shape[1:]

    @cached_property
    def window(self) -> Window:
        """The window as it was asked for, whether it fits or not."""
        asked = self.asked
        if self.weights is not None:
            if asked.kernel is not None:
                raise OptionError("kernel and weights are too much for one film")
            kernel = self.weights.shape[max(0, self.weights.ndim - self.axes) :]
        else:
            drawn = self.drawn
            kernel = cast(Size, self.written) if drawn is None else drawn.shape
        usual = kernel if self.kind == "pool" else 1
        return Window.of(
            kernel,
            rank=self.axes,
            stride=usual if asked.stride is None else numbers("stride", asked.stride),
            padding=0 if asked.padding is None else padding(asked.padding),
            dilation=1 if asked.dilation is None else numbers("dilation", asked.dilation),
        )

    @property
    def border(self) -> Border:
        """What padding is filled with."""
        border = self.asked.border or "zeros"
        if border not in _BORDERS:
            help = [f"a border is {', '.join(_BORDERS)}"]
            raise OptionError(f"there is no border '{border}'", help=help)
        return border

    @cached_property
    def groups(self) -> Groups:
        """So many equal runs of channels and filters, or the channels that each filter sees."""
        groups = self.asked.groups
        if self.asked.connect is None:
            if groups is not None and groups < 1:
                raise OptionError(f"channels fall into at least 1 group, not {groups}")
            return groups or 1
        if groups is not None:
            raise OptionError("groups and connect are too much for one film", help=["give one"])
        return cast(Groups, table_of(self.asked.connect))

    @cached_property
    def filters(self) -> int:
        """How many filters there are."""
        asked, groups = self.asked, self.groups
        if not isinstance(groups, int):
            if asked.filters not in (None, len(groups)):
                raise ShapeError(f"{len(groups)} rows of connections for {asked.filters} filters")
            return len(groups)
        if self.weights is not None and self.weights.ndim > 1:
            along = self.weights.shape[1] * groups, len(self.weights)
            return along[self.kind != "transpose"]
        if asked.filters is not None and asked.filters < 1:
            raise OptionError(f"a film has at least 1 filter, not {asked.filters}")
        return groups if asked.filters is None else asked.filters
