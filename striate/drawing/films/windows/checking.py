"""What has to hold before a film is drawn, said in the planner's words.

The planner is loaded only where there is something for it to check.
"""

from collections.abc import Generator
from contextlib import contextmanager

from striate.arithmetic.window import Size, Window, show
from striate.drawing.films.windows.framed import Array
from striate.errors import ShapeError
from striate.reference.connections import Groups
from striate.reference.sweep import Border


@contextmanager
def in_films() -> Generator[None]:
    """Make a ShapeError of what the reference refuses."""
    try:
        yield
    except ValueError as error:
        raise ShapeError(str(error)) from None


def check_kinds(
    arriving: Size, kernels: Array, window: Window, *, groups: Groups = 1, border: Border = "zeros"
) -> None:
    """Refuse kernels of any kind that do not suit what arrives (channel, *size), or each other."""
    tiles = check_axes(kernels, window, groups)
    if tiles or groups != 1 or border != "zeros":
        _ask(arriving, len(kernels), tiles, window, groups, border)
    if isinstance(groups, int) and kernels.shape[1] * groups != arriving[0]:
        raise ShapeError(f"kernels of {kernels.shape[1]} channels do not suit {show(arriving)}")


def check_axes(kernels: Array, window: Window, groups: Groups, *, tiled: bool = True) -> Size:
    """Refuse kernels that are not those of a window; gives their tiles, if they have any."""
    rank, before = window.rank, 2 if isinstance(groups, int) else 1
    if kernels.ndim not in (before + rank, before + 2 * rank if tiled else 0):
        raise ShapeError(
            f"kernels {show(kernels.shape)} do not suit a window of {rank} axes",
            help=["shared kernels have the shape (filter, channel, *kernel)"],
        )
    if kernels.shape[-rank:] != window.kernel:
        found = show(kernels.shape[-rank:])
        raise ShapeError(f"kernels of {found} do not suit a window of {show(window.kernel)}")
    return kernels.shape[before : kernels.ndim - rank]


def _ask(
    arriving: Size, filters: int, tiles: Size, window: Window, groups: Groups, border: Border
) -> None:
    """Ask the planner, as if it were a layer of a network."""
    from striate.language.layers import Convolution, Tiled
    from striate.planning.sizes import output

    if isinstance(groups, int):
        if groups < 1:
            raise ShapeError(f"{filters} filters do not fall into {groups} groups")
        output(Convolution(filters, window, groups, mode=border), (arriving,))
    else:
        table = tuple(map(tuple, groups))
        output(Convolution(len(table), window, connect=table, mode=border), (arriving,))
    if tiles:
        output(Tiled(filters, window, tiles), (arriving,))
