"""A maker for each kind of film: what it takes out of a scene."""

from collections.abc import Callable, Mapping

from striate.arithmetic.typed import numbers
from striate.drawing.films.record import Film
from striate.drawing.films.scenes.options import KINDS
from striate.drawing.films.scenes.scene import Scene
from striate.drawing.films.scenes.values import WEIGHTS, made_up, number_of
from striate.drawing.films.scenes.weighing import bias, kernel, kernels, upstream
from striate.errors import OptionError
from striate.reference.pooling import Kind


def _titled(scene: Scene) -> str:
    return scene.asked.title or ""


def _conv(scene: Scene) -> Film:
    from striate.drawing.films.kinds.convolution import convolution

    return convolution(
        *(scene.image, kernels(scene), scene.window),
        bias=bias(scene),
        groups=scene.groups,
        border=scene.border,
        title=_titled(scene),
    )


def _transpose(scene: Scene) -> Film:
    from striate.drawing.films.kinds.transposition import transposed

    to = scene.asked.to
    asked = None if to is None else numbers("to", to)
    size = asked * scene.axes if asked is not None and len(asked) == 1 else asked
    return transposed(
        *(scene.image, kernels(scene), scene.window),
        size=scene.window.undone(scene.size, to=size),
        groups=scene.groups,
        title=_titled(scene),
    )


def _separable(scene: Scene) -> Film:
    from striate.drawing.films.kinds.separable import separable

    if scene.asked.weights is None:
        scene.invented["the kernels"] = None
        mixing = made_up((scene.filters, scene.channels), WEIGHTS, "mixing")
        lines = [
            made_up((scene.filters, taps), WEIGHTS, f"line {axis}")
            for axis, taps in enumerate(scene.window.kernel)
        ]
    else:
        try:
            mixing, lines = scene.asked.weights
        except (TypeError, ValueError):
            help = ["give two: (filter, channel), and a line of weights for each axis"]
            raise OptionError(
                "these are no weights of a separable convolution", help=help
            ) from None
    return separable(
        *(scene.image, mixing, lines, scene.window),
        bias=bias(scene),
        border=scene.border,
        title=_titled(scene),
    )


def _kind_of(scene: Scene, usual: Kind) -> Kind:
    pool = scene.asked.pool or usual
    if pool not in ("max", "min", "average"):
        help = ["a pool takes the max, the min or the average"]
        raise OptionError(f"there is no pool '{pool}'", help=help)
    return pool


def _pool(scene: Scene) -> Film:
    from striate.drawing.films.kinds.pooling import pooling

    kind = _kind_of(scene, "max")
    if scene.asked.count is not None and kind != "average":
        raise OptionError("count is for the average: padding is never the max or the min")
    return pooling(
        *(scene.image, scene.window, kind),
        ceil=bool(scene.asked.ceil),
        border=scene.border,
        count_padding=scene.asked.count is not False,
        title=_titled(scene),
    )


def _adaptive(scene: Scene) -> Film:
    from striate.drawing.films.kinds.pooling import adaptive

    bins = numbers("to", 2 if scene.asked.to is None else scene.asked.to)
    bins = bins * scene.axes if len(bins) == 1 else bins
    return adaptive(scene.image, bins, _kind_of(scene, "average"), title=_titled(scene))


def _channels(scene: Scene) -> Film:
    from striate.drawing.films.kinds.channels import channel_pooling

    group = 2 if scene.asked.group is None else scene.asked.group
    return channel_pooling(scene.image, group, _kind_of(scene, "max"), title=_titled(scene))


def _gradients(scene: Scene) -> Film:
    from striate.drawing.films.kinds.gradients import gradients

    rate = scene.asked.rate
    return gradients(
        *(upstream(scene), scene.image, kernels(scene), scene.window),
        bias=bias(scene),
        rate=None if rate is None else number_of(rate, "rate"),
        groups=scene.groups,
        border=scene.border,
        title=_titled(scene),
    )


def _matrix(scene: Scene) -> Film:
    from striate.drawing.films.kinds.rows import as_matrix

    return as_matrix(
        *(scene.image, kernel(scene), scene.window), border=scene.border, title=_titled(scene)
    )


def _shift(scene: Scene) -> Film:
    from striate.drawing.films.kinds.shifting import moved, shifted, shifted_pooling

    asked = 1 if scene.asked.shift is None else scene.asked.shift
    shift = numbers("shift", asked, signed=True)
    shift = shift * scene.axes if len(shift) == 1 else shift
    if scene.asked.pool is not None:
        films = scene.image, moved(scene.image, shift)
        return shifted_pooling(*films, scene.window, _kind_of(scene, "max"), title=_titled(scene))
    return shifted(scene.image, kernel(scene), scene.window, shift, title=_titled(scene))


def _stride(scene: Scene) -> Film:
    from striate.drawing.films.kinds.striding import kept

    return kept(
        *(scene.image, kernel(scene), scene.window), border=scene.border, title=_titled(scene)
    )


MAKERS: Mapping[str, Callable[[Scene], Film]] = {
    "conv": _conv,
    "unshared": _conv,
    "tiled": _conv,
    "transpose": _transpose,
    "separable": _separable,
    "pool": _pool,
    "adaptive": _adaptive,
    "channels": _channels,
    "gradients": _gradients,
    "matrix": _matrix,
    "shift": _shift,
    "stride": _stride,
}
WINDOWED = [kind for kind in KINDS if kind not in ("adaptive", "channels")]
FITTING = [kind for kind in WINDOWED if kind != "transpose"]
