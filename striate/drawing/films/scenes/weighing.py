"""The kernels, biases and gradients of a scene: those that were given, the others made up."""

from math import prod

import numpy as np

from striate.arithmetic.typed import numbers
from striate.arithmetic.window import Size
from striate.drawing.films.scenes.scene import Array, Scene
from striate.drawing.films.scenes.tables import matrix_of
from striate.drawing.films.scenes.values import WEIGHTS, list_of, made_up
from striate.drawing.films.windows.fitting import bounded
from striate.errors import OptionError, ShapeError
from striate.reference.connections import Groups


def tiles(scene: Scene) -> Size:
    """The kernels of each pair of channel and filter along the axes: none where shared."""
    if scene.kind == "unshared":
        return scene.window.places(scene.size)
    if scene.kind != "tiled":
        return ()
    tiles = numbers("tiles", 2 if scene.asked.tiles is None else scene.asked.tiles)
    if min(tiles) < 1:
        raise OptionError("there is at least 1 tile in every axis")
    return tiles * scene.axes if len(tiles) == 1 else tiles


def kernels(scene: Scene) -> Array:
    """All kernels, in the shape in which the reference takes those of the kind."""
    if scene.weights is not None:
        return scene.weights
    groups, window, filters = scene.groups, scene.window, scene.filters
    if not isinstance(groups, int):
        joined: tuple[int, ...] = (sum(map(len, groups)),)
    elif scene.kind == "transpose":
        joined = (scene.channels, filters // groups)
    else:
        joined = (filters, scene.channels // groups)
    if scene.drawn is not None:
        _alone(scene)
        return np.broadcast_to(scene.drawn, (*joined, *scene.drawn.shape)).copy()
    _check(scene, groups)
    shape = (*joined, *tiles(scene), *window.kernel)
    bounded(prod(shape), "give fewer channels, filters or tiles")
    scene.invented["the kernel" if prod(joined) == 1 and not tiles(scene) else "the kernels"] = None
    return made_up(shape, WEIGHTS, "kernel")


def _check(scene: Scene, groups: Groups) -> None:
    """Refuse what no kernels can be made up for."""
    if groups == 1 and scene.kind != "tiled":
        return
    from striate.planning.checks import check_groups, check_tiles

    if isinstance(groups, int):
        check_groups(groups, scene.channels, scene.filters)
    if scene.kind == "tiled":
        check_tiles(tiles(scene), scene.window.places(scene.size))


def _alone(scene: Scene) -> None:
    """Refuse one written kernel where there are to be different ones."""
    if tiles(scene) or not isinstance(scene.groups, int) or scene.filters > max(1, scene.groups):
        raise OptionError(
            "a written kernel is the same for all places, and of one filter",
            help=["give the size of the kernel, and the numbers are made up"],
        )


def kernel(scene: Scene) -> Array:
    """The only kernel of a film of one channel and one filter."""
    if scene.channels > 1:
        raise OptionError(f"a film of {scene.kind} has one channel, not {scene.channels}")
    return kernels(scene)[0, 0]


def bias(scene: Scene) -> Array | None:
    """A number for each filter, or of the shape that was given.

    Kernels that are not shared have biases of their own: what is given for a filter stands in
    each of its tiles, or in each of its places.
    """
    asked = scene.asked.bias
    if asked is None or asked is False:
        return None
    own = (scene.filters, *_lying(scene))
    if asked is True:
        scene.invented["the bias" if prod(own) == 1 else "the biases"] = None
        return made_up(own, WEIGHTS, "bias")
    found = list_of(asked, "bias")
    if found.ndim > 1:
        return found
    if len(found) not in (1, scene.filters):
        raise OptionError(f"{len(found)} biases for {scene.filters} filters")
    return np.broadcast_to(found.reshape(-1, *(1,) * (len(own) - 1)), own).copy()


def _lying(scene: Scene) -> Size:
    """The tiles of the kernels that there are: given ones tell it by their shape."""
    given = scene.weights
    if given is None or scene.kind not in ("unshared", "tiled"):
        return tiles(scene)
    return given.shape[2 : given.ndim - scene.axes]


def upstream(scene: Scene) -> Array:
    """The gradient that arrives from behind, (filter, *places)."""
    shape = (scene.filters, *scene.window.places(scene.size))
    if scene.asked.upstream is None:
        scene.invented["the gradient that arrives"] = None
        bounded(prod(shape))
        return made_up(shape, WEIGHTS, "upstream")
    found = matrix_of(scene.asked.upstream, scene.axes, "upstream")
    if found.shape != shape:
        raise ShapeError(
            f"the gradient that arrives has the shape {found.shape}, and the maps {shape}"
        )
    return found
