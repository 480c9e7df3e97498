"""What a function is given is judged before torch sees it, in the planner's own words.

A record says what is asked for; the rule that plans it says whether it fits. Inside a compiled
graph nothing is judged: there the sizes are those that it was traced with.
"""

from collections.abc import Sequence
from functools import lru_cache

import torch
from torch import Tensor

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
    _check_counts(layer)
    if 0 in shape[1:]:
        raise ShapeError(f"an image of {show(shape[1:])} has no pixels")
    if isinstance(layer, L.Pad):
        sides(layer.padding, (1,) * len(axes))
    if isinstance(window, Window) and axes and window.rank != len(axes):
        raise ShapeError(f"a window of {window.rank} axes cannot step over {show(axes)}")
    output(layer, (shape[1:],))


def _check_counts(layer: L.Layer) -> None:
    """What the language lets nobody write is refused in its words: fewer than one of anything."""
    window = getattr(layer, "window", None)
    if isinstance(window, Window):
        stride, padding, dilation = window.stride, window.padding, window.dilation
        Window.of(window.kernel, stride=stride, padding=padding, dilation=dilation)
    for name in ("groups", "channels", "places"):
        check_count(name, getattr(layer, name, 1))


def check_count(name: str, found: int | Size) -> None:
    """Raise an OptionError for fewer than one of something.

    >>> check_count("groups", 0)
    Traceback (most recent call last):
    striate.errors.OptionError: groups must be at least 1, found 0
    """
    numbers = found if isinstance(found, tuple) else (found,)
    if any(number < 1 for number in numbers):
        raise OptionError(f"{name} must be at least 1, found {show(numbers)}")


def check_real(*values: Tensor) -> None:
    """Raise an OptionError for values that are not in floating point.

    >>> check_real(torch.ones(2), torch.ones(2, dtype=torch.int64))
    Traceback (most recent call last):
    striate.errors.OptionError: the values are torch.int64, and have to be in floating point
      help: convert them: x.float()
    """
    for value in values:
        if not value.is_floating_point():
            raise OptionError(
                f"the values are {value.dtype}, and have to be in floating point",
                help=["convert them: x.float()"],
            )


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
