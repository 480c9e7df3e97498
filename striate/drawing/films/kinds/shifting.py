"""Films of a shift: what a convolution, and what a pool, make of an input that has moved.

shifted          convolution is equivariant: where the input moves, its output moves with it
shifted_pooling  a pool is nearly invariant: the input moves, and some of its values stay
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.drafting import places
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.kinds.joining import Pair
from striate.drawing.films.kinds.pooling import pooling
from striate.drawing.films.kinds.rows import alone
from striate.drawing.films.record import Film, Frame
from striate.drawing.films.windows.fitting import described
from striate.drawing.films.windows.framed import Array, stacked
from striate.drawing.numbers import shown
from striate.errors import OptionError, ShapeError
from striate.reference.pooling import Kind


def shifted(
    image: ArrayLike,
    kernel: ArrayLike,
    window: Window,
    shift: Sequence[int],
    *,
    title: str = "",
) -> Film:
    """The film of a convolution of an image (channel, *size), and of the same image shifted.

    A frame has the sum at a place, and in the other output the one that lies a shift further.
    They are equal wherever no window meets the border: zeros move in there, and what leaves the
    image is lost. Raises an OptionError where the window would step over the shift.

    >>> film = shifted([1, 2, 3, 0], [1, 10], Window.of(2), (1,))
    >>> for frame in film.frames[:2]:
    ...     print(frame.name, *map(film.written, frame.sums), sep="; ")
    place 0 and, shifted, place 1: equal; 1*1 + 2*10 = 21; 1*1 + 2*10 = 21
    place 1 and, shifted, place 2: equal; 2*1 + 3*10 = 32; 2*1 + 3*10 = 32
    """
    channels, kernels = stacked(image, window.rank), alone(kernel, window.rank)
    steps = _steps(window, shift)
    size, moving = channels.shape[1:], moved(channels, shift)
    films = convolution(channels, kernels, window), convolution(moving, kernels, window)
    pair = Pair.of(*films, "shifted")
    partners = _partners((len(kernels), *window.places(size)), (0, *steps))
    frames = [_paired(pair, number, partner) for number, partner in partners.items()]
    for number in sorted(partners.keys() - partners.values()):
        name = f"shifted, {films[1].frames[number].name}: before, it lay outside"
        frames.append(Frame(name, pair.sums(1, number)))
    both = [(one, other) for one, other in partners.items() if other is not None]
    equal = sum(_result(films[0], one) == _result(films[1], other) for one, other in both)
    return pair.film(
        title or f"Convolution {described(window, size)}, and a shift by {_by(shift)}",
        frames,
        (f"output of the shifted input = shifted output: at {equal} of {len(both)} places",),
    )


def shifted_pooling(
    before: ArrayLike, after: ArrayLike, window: Window, kind: Kind = "max", *, title: str = ""
) -> Film:
    """The film of a pool of an input (channel, *size), and of what it has become.

    Raises a ShapeError where the two differ in size.

    >>> film = shifted_pooling([0.1, 1, 0.2], [0.3, 0.1, 1], Window.of(2))
    >>> [frame.name for frame in film.frames], film.working[-1]
    (['place 0: 1 becomes 0.3', 'place 1: stays 1'], '1 of 2 pooled values change')
    """
    first, second = stacked(before, window.rank), stacked(after, window.rank)
    if first.shape != second.shape:
        found = f"{show(first.shape)} and {show(second.shape)}"
        raise ShapeError(f"inputs before and after of {found} are not of one size")
    pair = Pair.of(pooling(first, window, kind), pooling(second, window, kind), "after")
    frames: list[Frame] = []
    changes = 0
    for number, frame in enumerate(pair.films[0].frames):
        sums = pair.sums(0, number) + pair.sums(1, number)
        old, new = (shown(_result(film, number)) for film in pair.films)
        changes += old != new
        said = f"{old} becomes {new}" if old != new else f"stays {old}"
        frames.append(Frame(f"{frame.name}: {said}", sums))
    differ = int((first != second).sum())
    working = (
        f"{differ} of {first.size} detectors change",
        f"{changes} of {len(frames)} pooled values change",
    )
    size = first.shape[1:]
    title = title or f"{kind.capitalize()} pooling {described(window, size)}, before and after"
    return pair.film(title, frames, working)


def moved(channels: Array, shift: Sequence[int]) -> Array:
    """An image (channel, *size) that has moved; zeros come in, and what leaves it is lost.

    >>> moved(np.array([[1.0, 2.0, 3.0]]), (1,)).tolist(), moved(np.ones((1, 2)), (-1,)).tolist()
    ([[0.0, 1.0, 2.0]], [[1.0, 0.0]])
    """
    result = np.zeros(channels.shape)
    size = channels.shape[1:]
    for place in places(size):
        there = tuple(n + by for n, by in zip(place, shift, strict=True))
        if all(0 <= n < end for n, end in zip(there, size, strict=True)):
            result[(slice(None), *there)] = channels[(slice(None), *place)]
    return result


def _steps(window: Window, shift: Sequence[int]) -> Size:
    """How many places of the output a shift of the input is."""
    if len(shift) != window.rank:
        raise OptionError(f"a shift by {_by(shift)} is not one for each of {window.rank} axes")
    if any(by % stride for by, stride in zip(shift, window.stride, strict=True)):
        raise OptionError(
            f"a shift by {_by(shift)} lies between the steps of stride {show(window.stride)}",
            help=["with a stride, only shifts by whole strides move the output", "use stride 1"],
        )
    return tuple(by // stride for by, stride in zip(shift, window.stride, strict=True))


def _by(shift: Sequence[int]) -> str:
    """A shift in words."""
    return ", ".join(map(str, shift))


def _partners(shape: Size, steps: Size) -> dict[int, int | None]:
    """The number of each place of a shape, and that of the place so many steps further, if any."""
    numbers = {place: number for number, place in enumerate(places(shape))}
    further = (tuple(n + by for n, by in zip(place, steps, strict=True)) for place in numbers)
    return dict(enumerate(map(numbers.get, further)))


def _paired(pair: Pair, number: int, partner: int | None) -> Frame:
    """A place of the output, and where it has moved to."""
    first, second = pair.films
    name, sums = first.frames[number].name, pair.sums(0, number)
    if partner is None:
        return Frame(f"{name}: shifted, it lies outside", sums)
    same = _result(first, number) == _result(second, partner)
    said = "equal" if same else "not equal, for a window meets the border"
    name = f"{name} and, shifted, {second.frames[partner].name}: {said}"
    return Frame(name, sums + pair.sums(1, partner))


def _result(film: Film, number: int) -> float:
    """What a frame comes to."""
    result = film.frames[number].sums[-1].result
    return film.planes[result.plane].values[result.spot]
