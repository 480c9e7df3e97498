"""Films of what a stride is: a convolution at every place, of which only every s-th is kept.

Both give the same numbers; but what is thrown away has been worked out in vain.
"""

from dataclasses import replace

from numpy.typing import ArrayLike

from striate.arithmetic.window import Window, show
from striate.drawing.films.drafting import Draft, at, places
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.kinds.rows import alone
from striate.drawing.films.record import Cell, Film, Frame, Plane, Sum
from striate.drawing.films.windows.fitting import described, working_of
from striate.drawing.films.windows.framed import stacked, sweep_of, titled
from striate.reference import convolve
from striate.reference.sweep import Border


def kept(
    image: ArrayLike,
    kernel: ArrayLike,
    window: Window,
    *,
    border: Border = "zeros",
    title: str = "",
) -> Film:
    """The film of a convolution at stride 1, of which the places of the window's stride are kept.

    What is thrown away is drawn as unseen.

    >>> film = kept([1, 2, 3, 4], [1, 10], Window.of(2, stride=2))
    >>> [frame.name for frame in film.frames]
    ['place 0, kept as place 0', 'place 1, thrown away', 'place 2, kept as place 1']
    """
    channels, kernels = stacked(image, window.rank), alone(kernel, window.rank)
    slow = replace(window, stride=(1,) * window.rank)
    film = convolution(channels, kernels, slow, border=border)
    few, every = (convolve(channels, kernels, sweep_of(one, border)) for one in (window, slow))
    draft = Draft(list(film.planes))
    grids = [
        draft.add(one, titled("kept", filter=(n, len(kernels))), "output", stack="kept")
        for n, one in enumerate(few.values)
    ]
    away: set[Cell] = set()
    for frame, (one, *place) in zip(film.frames, places(every.values.shape), strict=True):
        result = frame.sums[-1].result
        if any(n % step for n, step in zip(place, window.stride, strict=True)):
            away.add(result)
            draft.frames.append(Frame(f"{frame.name}, thrown away", frame.sums))
            continue
        there = [n // step for n, step in zip(place, window.stride, strict=True)]
        copy = Sum(grids[one].cell(there), ((result,),))
        draft.frames.append(Frame(f"{frame.name}, kept as {at(there)}", (*frame.sums, copy)))
    size = channels.shape[1:]
    draft.planes = [_without(plane, number, away) for number, plane in enumerate(draft.planes)]
    steps = show(window.stride)
    return draft.film(
        title or f"Every place worked out, some kept: {described(window, size)}",
        working=(
            *working_of(window, size),
            f"products: {few.products} with stride {steps}, {every.products} with stride 1",
            f"in vain: {every.products} - {few.products} = {every.products - few.products}",
        ),
    )


def _without(plane: Plane, number: int, away: set[Cell]) -> Plane:
    """A plane whose cells that are thrown away are marked."""
    spots = frozenset(cell.spot for cell in away if cell.plane == number)
    return replace(plane, unseen=plane.unseen | spots)
