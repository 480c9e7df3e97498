"""From what a person asks for to a film: a kind by its name, and its options.

    conv, unshared, tiled, transpose, separable     convolutions
    pool, adaptive, channels                        poolings
    gradients, matrix, shift, stride                what training adds; what convolution is

Places are counted from 0. Numbers that nobody gave are made up, and the film says which.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import Any

from striate.drawing.films.record import Film
from striate.drawing.films.scenes.makers import FITTING, MAKERS, WINDOWED
from striate.drawing.films.scenes.options import KINDS, options_of
from striate.drawing.films.scenes.scene import Scene
from striate.drawing.films.windows.fitting import LARGEST, bounded_cells
from striate.drawing.films.windows.misfits import check_fit, diagnosis
from striate.errors import ShapeError

__all__ = ["KINDS", "diagnosed", "film"]


def film(kind: str, **options: Any) -> Film:
    """A film of a kind; its options are the fields of `Options` that belong to the kind.

    Raises a ShapeError where the window is larger than its input, and an OptionError for what
    cannot be; where flooring drops rows, the film says so and is made.

    >>> made = film("conv", matrix="1,2,-1,0", kernel="2,0,-1")
    >>> [made.written(one) for one in made.sums()]
    ['1*2 + 2*0 + (-1)*(-1) = 3', '2*2 + (-1)*0 + 0*(-1) = 4']
    """
    scene = _scene(kind, options)
    if scene.kind in WINDOWED:
        spread = scene.kind == "transpose"
        bounded_cells(scene.window, scene.size, channels=scene.channels, spread=spread)
    try:
        if scene.kind in FITTING:
            check_fit(scene.window, scene.size, ceil=bool(scene.asked.ceil))
        made = MAKERS[scene.kind](scene)
    except ShapeError as error:
        help = [_in_options(remedy) for remedy in error.help]
        raise ShapeError(error.message, help=help) from None
    return _told(_painted(made, scene), scene)


def diagnosed(kind: str, error: ShapeError, options: Mapping[str, Any]) -> Film | None:
    """Why a film could not be made, drawn; None where it is not the window that does not fit."""
    scene = _scene(kind, options)
    if scene.kind not in FITTING or scene.window.fits(scene.size):
        return None
    if prod(scene.window.span) > LARGEST:  # the sentence has to do
        return None
    return diagnosis(scene.image, scene.window, error, scene.border)


def _scene(kind: str, options: Mapping[str, Any]) -> Scene:
    """The options, read; a convolution with its `rows` is a film of the matrix."""
    asked = options_of(kind, options)
    if asked.rows:
        kind, asked = "matrix", options_of("matrix", {**options, "rows": None})
    return Scene(kind, asked)


def _in_options(remedy: str) -> str:
    """A remedy of the planner, which speaks of a text, with the names of a film's options.

    >>> _in_options("pad=1"), _in_options("mode=edge, which may be any amount")
    ('padding 1', 'border edge, which may be any amount')
    """
    names = {"pad": "padding", "mode": "border", "tiles": "tiles", "groups": "groups"}
    for word, name in names.items():
        remedy = re.sub(rf"\b{word}=", f"{name} ", remedy)
    return remedy.replace("UNSHARED", "unshared")


def _told(made: Film, scene: Scene) -> Film:
    """A film with what was made up in it, and what its photo is called."""
    said = made.working
    if scene.asked.image is not None and scene.asked.colour and scene.channels == 3:
        said = (*said, "channels 0, 1 and 2 are red, green and blue")
    if scene.invented:
        *others, last = scene.invented
        what = f"{', '.join(others)} and {last}" if others else last
        said = (*said, f"made up, small and always the same: the numbers of {what}")
    title = made.title
    if isinstance(scene.asked.image, str | Path) and not scene.asked.title:
        title += f", {Path(scene.asked.image).name}"
    kernel = scene.asked.kernel
    if isinstance(kernel, str) and kernel.isalpha() and not scene.asked.title:
        title += f", kernel: {kernel.lower()}"
    if scene.border != "zeros" and any(map(any, scene.window.padding)) and not scene.asked.title:
        title += f", border: {scene.border}"
    return replace(made, working=said, title=title)


def _painted(made: Film, scene: Scene) -> Film:
    """A film whose input and output are shown as pictures, where an image was given."""
    if scene.asked.image is None:
        return made
    planes = (
        replace(plane, painted=plane.role in ("input", "output", "partial"))
        for plane in made.planes
    )
    return replace(made, planes=tuple(planes))
