"""Frames: the input of a window as its kernel reads it, copied where torch cannot pad by itself.

Torch pads with as many zeros before as after, and in pooling by at most half a window.
"""

from striate.arithmetic.padding import even
from striate.arithmetic.window import Size, Window
from striate.language import layers as L


def frame_of_window(
    window: Window, mode: L.PaddingMode, size: Size, *, always: bool = False
) -> Size:
    """The size that a convolution reads: what arrives, or a framed copy of it.

    >>> frame_of_window(Window.of(4, padding="same"), "zeros", (3, 9))
    (3, 12)
    """
    if mode == "zeros" and even(window.padding) and not always:
        return size
    return (size[0], *_framed(window, size[1:]))


def frame_of_pool(layer: L.Pool, size: Size, leaving: Size) -> tuple[Size, bool]:
    """The size that pooling reads, and whether torch's own kernel reads it as it arrives."""
    window = layer.window
    sides = zip(window.padding, window.kernel, strict=True)
    narrow = all(before == after <= k // 2 for (before, after), k in sides)
    gaps = layer.kind == "average" and max(window.dilation) > 1
    if layer.mode == "zeros" and narrow and not gaps:
        return size, True
    framed = _framed(window, size[1:])
    steps = zip(framed, leaving[1:], window.stride, window.span, strict=True)
    reached = (max(n, (places - 1) * s + f) for n, places, s, f in steps)
    return (size[0], *reached), False


def separated(window: Window) -> tuple[Window, ...]:
    """A window along each axis, one after the other, in the directions of one."""
    ones, nothing = (1,) * window.rank, ((0, 0),) * window.rank
    made: list[Window] = []
    for axis in range(window.rank):
        pick = [index == axis for index in range(window.rank)]
        along = (window.kernel, window.stride, window.dilation)
        kernel, stride, dilation = (
            tuple(n if here else one for n, one, here in zip(given, ones, pick, strict=True))
            for given in along
        )
        sides = zip(window.padding, nothing, pick, strict=True)
        padding = tuple(side if here else none for side, none, here in sides)
        made.append(Window(kernel, stride, padding, dilation))
    return tuple(made)


def _framed(window: Window, axes: Size) -> Size:
    return tuple(n + sum(pair) for n, pair in zip(axes, window.padding, strict=True))
