"""What has to hold between a layer and what arrives: axes, groups, tables, tiles, padding.

Each is a ShapeError with the numbers, and a remedy where there is a plain one.
"""

from math import gcd

from striate.arithmetic.padding import Sides
from striate.arithmetic.window import Size, show
from striate.errors import ShapeError
from striate.language import layers as L


def split(size: Size) -> tuple[int, Size]:
    """The channels and the axes of a size that has axes."""
    if len(size) == 1:
        raise ShapeError(
            f"a window needs axes to slide along, but {size[0]} features arrive",
            help=["give the layer before a shape: FC 16x7x7"],
        )
    return size[0], size[1:]


def check_groups(groups: int, channels: int, filters: int) -> None:
    """Channels and filters fall into groups."""
    for what, number in (("channels", channels), ("filters", filters)):
        if number % groups:
            both = gcd(channels, filters)
            raise ShapeError(
                f"{number} {what} do not fall into {groups} groups",
                help=[f"groups={both} suits {channels} channels and {filters} filters"],
            )


def check_enough(padded: int, channels: int) -> None:
    """Padded with zeros there are at least as many channels as arrive."""
    if padded < channels:
        raise ShapeError(
            f"zeros cannot make {padded} channels of the {channels} that arrive",
            help=[f"CHANNELPAD {channels}, which adds none, or more"],
        )


def check_table(layer: L.Convolution, channels: int) -> None:
    """A connection table has a row for each filter, and names channels that arrive."""
    if layer.connect is None:
        return
    if len(layer.connect) != layer.filters:
        rows = len(layer.connect)
        raise ShapeError(
            f"the connection table has {rows} rows for {layer.filters} filters",
            help=["a table has one row for each filter"],
        )
    highest = max((channel for row in layer.connect for channel in row), default=-1)
    if highest >= channels:
        raise ShapeError(
            f"the connection table names channel {highest}, but {channels} arrive",
            help=[f"channels count from 0: the last one is {channels - 1}"],
        )


def check_tiles(tiles: Size, places: Size) -> None:
    """Every kernel of a tile has a place at which it is used."""
    if len(tiles) != len(places):
        raise ShapeError(f"{show(tiles)} tiles do not suit the {len(places)} axes of the places")
    if any(t > n for t, n in zip(tiles, places, strict=True)):
        fewer = [min(t, n) for t, n in zip(tiles, places, strict=True)]
        fitting = str(fewer[0]) if len(set(fewer)) == 1 else show(fewer)
        raise ShapeError(
            f"{show(tiles)} tiles for {show(places)} places: some kernels would never be used",
            help=[f"tiles={fitting}", "UNSHARED, which has a kernel for every place"],
        )


def check_mode(mode: str, padding: Sides, axes: Size) -> None:
    """What is mirrored or goes round is at most what is there."""
    fewer = {"reflect": 1, "circular": 0}.get(mode)
    for n, sides in zip(axes, padding, strict=True):
        if fewer is not None and max(sides) > n - fewer:
            raise ShapeError(
                f"{mode} padding is at most {n - fewer} beside {n}, not {max(sides)}",
                help=[f"pad={n - fewer}", "mode=edge, which may be any amount"],
            )
