"""A window taken apart: a point, and lines along one axis each, as flattened convolutions step."""

from typing import Any

from striate.arithmetic.window import Window


def point(rank: int) -> Window:
    """A window of one place.

    >>> point(2).kernel
    (1, 1)
    """
    return Window((1,) * rank, (1,) * rank, ((0, 0),) * rank, (1,) * rank)


def along_axis(window: Window, axis: int) -> Window:
    """A window along one axis only.

    >>> along_axis(Window.of((3, 5), padding=1), 1).kernel
    (1, 5)
    """
    ones, nothing = (1,) * window.rank, ((0, 0),) * window.rank

    def only(given: tuple[Any, ...], else_: tuple[Any, ...]) -> tuple[Any, ...]:
        return (*else_[:axis], given[axis], *else_[axis + 1 :])

    return Window(
        only(window.kernel, ones),
        only(window.stride, ones),
        only(window.padding, nothing),
        only(window.dilation, ones),
    )
