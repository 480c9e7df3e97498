"""Films of gradients, drawn by chance, for the judge."""

from math import prod

import numpy as np
from drawing.films.drawn.kernels import distinct, words
from drawing.films.judge.asking import Case
from drawing.films.judge.cells import found, laid, padded, planes, standing_in
from drawing.films.judge.order import AXES, numbered

from striate import reference
from striate.drawing.films.kinds.gradients import gradients


def grown(drawn, rate):
    """The film of the gradients of a convolution, and of an update, for the judge.

    The gradient of a pixel is that of all its copies in the frame, which numpy tells.
    """
    given = drawn.image, drawn.kernels
    maps = reference.convolve(*given, drawn.sweep, groups=drawn.groups).values
    upstream = distinct(maps.shape, 5)
    how = {"bias": drawn.bias, "groups": drawn.groups, "border": drawn.border}
    film = gradients(upstream, *given, drawn.window, rate=rate, **how)
    numbers = np.arange(1.0, drawn.image.size + 1).reshape(drawn.image.shape)
    copied = padded(numbers, drawn.window.padding, drawn.border).astype(int)

    def outcome(input, kernel, upstream, rate=None, bias=None):
        how = {"bias": bias, "groups": drawn.groups}
        came = reference.gradients(upstream, input, kernel, drawn.unframed, **how)
        pixels = np.zeros(1 + numbers.size)
        np.add.at(pixels, copied, came.image.values)
        found = {"gradient of input": pixels[1:].reshape(numbers.shape)}
        trained = [("kernel", kernel, came.kernels), ("bias", bias, came.bias)]
        for name, old, slope in trained[: 1 + (bias is not None)]:
            found[f"gradient of {name}"] = slope.values
            if rate is not None:
                found[f"{name} after the update"] = old + rate[0] * slope.values
        return found

    operands = {"input": drawn.framed, "kernel": drawn.kernels, "upstream": upstream}
    spots = {"input": laid(planes(film, "input"), drawn.framed.shape)}
    spots["upstream"] = laid(planes(film, "upstream"), upstream.shape)
    if rate is not None:
        operands["rate"] = np.array([-rate])
        spots["rate"] = laid(standing_in(film, "minus the rate"), (1,))
    for name, values in {"kernel": drawn.kernels, "bias": drawn.bias}.items():
        if values is not None:
            operands[name] = values
            own = standing_in(film, name)
            spots[name] = found(film, own, values)
            updated = [f"{name} after the update"] * (rate is not None)
            for like in (f"gradient of {name}", *updated):
                twin = dict(zip(own, standing_in(film, like), strict=True))
                spots[like] = laid([twin[cell] for cell in spots[name].flat], values.shape)
    spots["gradient of input"] = laid(standing_in(film, "gradient of input"), numbers.shape)
    checks = (
        gradients_are_in_order,
        gradients_are_called_as_what_they_are_of,
        lambda case: gradients_are_counted(case, drawn),
        lambda case: frames_are_called_by_their_places(case, drawn),
    )
    return Case(film, operands, outcome, spots, staged=rate is not None, checks=checks)


def gradients_are_in_order(case):
    """A frame for each weight, each bias, each pixel, and then for each update."""
    names = ["gradient of kernel", "gradient of bias", "gradient of input"]
    names += ["kernel after the update", "bias after the update"]
    cells = [cell for name in names if name in case.spots for cell in case.spots[name].flat]
    assert [case.film.made(number) for number in range(len(case.film.frames))] == [
        {cell} for cell in cells
    ]


def frames_are_called_by_their_places(case, drawn):
    """A frame has the name of the weight, the bias or the pixel that is worked out in it."""
    made = {
        cell: frame.name for n, frame in enumerate(case.film.frames) for cell in case.film.made(n)
    }
    rank, filters, channels = drawn.window.rank, len(case.spots["upstream"]), len(drawn.image)
    axes = AXES[rank]

    def pixel(place):
        return [*words(channel=(place[0], channels)), *zip(axes, place[1:], strict=True)]

    def bias(place):
        return [*words(filter=(place[0], filters)), *zip(axes, place[1:], strict=False)]

    def weight(place):
        number, channel = drawn.pairs[place[0]]
        lying, tap = place[1:-rank], place[-rank:]
        named = words(filter=(number, filters), channel=(channel, channels))
        return [*named, *zip(axes, tap, strict=True), *zip(axes, lying * tiled, strict=False)]

    before = drawn.kernels.ndim - 1 - isinstance(drawn.groups, int)
    tiled = prod(drawn.kernels.shape[-before:-rank]) > 1
    shape = (len(drawn.pairs), *drawn.kernels.shape[-before:])
    for what, call in (("input", pixel), ("bias", bias), ("kernel", weight)):
        for stack in {f"gradient of {what}", f"{what} after the update"} & {*case.spots}:
            cells = case.spots[stack].reshape(
                shape if what == "kernel" else case.spots[stack].shape
            )
            for place, cell in np.ndenumerate(cells):
                assert numbered(made[cell]) == call(place), made[cell]


def gradients_are_counted(case, drawn):
    """The products of the gradients of all weights, and of all pixels, are those of reference."""
    given = case.operands["upstream"], drawn.image, drawn.kernels, drawn.sweep
    made = reference.gradients(*given, bias=drawn.bias, groups=drawn.groups)
    lines = [line for line in case.film.working if line.startswith("products: ")]
    assert lines == [f"products: {one.products}" for one in (made.kernels, made.image)]


def gradients_are_called_as_what_they_are_of(case):
    """The plane of a gradient has the name of the plane that it is the gradient of."""
    for name in {"kernel", "bias"} & {*case.spots}:
        for like in {f"gradient of {name}", f"{name} after the update"} & {*case.spots}:
            for one, other in zip(case.spots[name].flat, case.spots[like].flat, strict=True):
                own, twin = (case.film.planes[cell.plane].name for cell in (one, other))
                assert twin == own.replace(name, like, 1)
