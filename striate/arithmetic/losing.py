"""What flooring drops, in words: the rows and columns at the end that no window sees."""

from striate.arithmetic.axes import PLACES
from striate.arithmetic.window import Size, Window, show


def unseen(dropped: Size) -> str | None:
    """The sentence about what flooring drops.

    >>> unseen((1, 1))
    'the last 1 row and column are never seen'
    """
    if not any(dropped):
        return None
    axes = PLACES.get(len(dropped), tuple(f"place of axis {n}" for n in range(1, 9)))
    if len(set(dropped)) == 1 and len(dropped) > 1:
        plural = "s" if dropped[0] > 1 else ""
        named = " and ".join(f"{axis}{plural}" for axis in axes)
        return f"the last {dropped[0]} {named} are never seen"
    parts = [
        f"{n} {axis}{'s' if n > 1 else ''}" for n, axis in zip(dropped, axes, strict=False) if n
    ]
    several = len(parts) > 1 or max(dropped) > 1
    return f"the last {' and '.join(parts)} {'are' if several else 'is'} never seen"


def untiled(window: Window, size: Size) -> tuple[str, str] | None:
    """Why a window does not tile its input, and the working; None where nothing is dropped.

    >>> untiled(Window.of(3, stride=3), (7,))
    ('a 3 window with stride 3 does not tile 7', '(7 - 3 + 2*0)/3 + 1 = 2.33')
    """
    dropped = window.lost(size)
    if not any(dropped):
        return None
    axis = next(axis for axis, number in enumerate(dropped) if number)
    working, value = window.exactly(axis, size[axis])
    stepping = f"a {show(window.kernel)} window with stride {show(window.stride)}"
    return f"{stepping} does not tile {show(size)}", f"{working} = {value:g}"
