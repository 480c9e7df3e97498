"""What a function is given is judged before torch sees it, in the planner's own words.

A record says what is asked for; the rule that plans it says whether it fits. Inside a compiled
graph nothing is judged: there the sizes are those that it was traced with.
"""

from collections.abc import Sequence
from functools import lru_cache

import torch

from striate.arithmetic.padding import sides
from striate.arithmetic.window import Size, Window, show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.planning.sizes import output


def check(layer: L.Layer, shape: Sequence[int]) -> None:
    """Raise what planning this layer for a (batch, channel, *axes) would raise."""
    if not torch.compiler.is_compiling():
        _judge(layer, tuple(shape))


@lru_cache(maxsize=4096)
def _judge(layer: L.Layer, shape: Size) -> None:
    if len(shape) < 2:
        raise ShapeError(f"expected (batch, channel, *axes), found {len(shape)} axes in all")
    axes, window = shape[2:], getattr(layer, "window", None)
    check_axes(len(axes))
    if isinstance(layer, L.Pad):
        sides(layer.padding, (1,) * len(axes))
    if isinstance(window, Window) and axes and window.rank != len(axes):
        raise ShapeError(f"a window of {window.rank} axes cannot step over {show(axes)}")
    output(layer, (shape[1:],))


def check_axes(count: int) -> None:
    """Raise an OptionError for more axes than torch has kernels for."""
    if count > 3:
        raise OptionError(f"torch slides along 1 to 3 axes, found {count}")


def check_choice(name: str, found: str, choices: Sequence[str]) -> None:
    """Raise an OptionError for a word that is none of the choices.

    >>> check_choice("kind", "median", ("max", "min"))
    Traceback (most recent call last):
    striate.errors.OptionError: kind is one of max, min, found 'median'
    """
    if found not in choices:
        raise OptionError(f"{name} is one of {', '.join(choices)}, found '{found}'")
