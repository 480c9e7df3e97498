"""What a person asks to be drawn: a film by its kind, a layer, a network, or the gallery."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from striate.drawing.films.scenes.options import KINDS
from striate.errors import LanguageError, OptionError

if TYPE_CHECKING:
    from striate.drawing.films.record import Film
    from striate.drawing.gallery.making import Gallery
    from striate.drawing.networks.drawing import Drawing
    from striate.planning import Plan

GALLERY = "gallery"
Unit = tuple[str, Sequence[int]]
_LAYER = re.compile(r"(?P<source>[^#\n]*[^#\s])#(?P<path>[\w.+|-]+)")


def ask(
    what: Any,
    unit: Unit | None,
    options: Mapping[str, Any],
    planned: Callable[[Any, Any, int | None, Mapping[str, int]], "Plan"],
) -> "Film | Drawing | Gallery":
    """What was asked for, drawn; `planned` makes the plan of a network.

    Raises an OptionError for options that do not belong to it.
    """
    if isinstance(what, str) and what in KINDS:
        from striate.drawing.films.scenes.making import film

        _refuse("film", {"unit": unit})
        return film(what, **options)
    if isinstance(what, str) and what == GALLERY:
        from striate.drawing.gallery.making import gallery

        _refuse("gallery", {"unit": unit, **options})
        return gallery()
    source, path = parted(what)
    given = {name: value for name, value in options.items() if value is not None}
    input, classes = given.pop("input", None), given.pop("classes", None)
    _refuse("drawing of a network", {n: one for n, one in given.items() if type(one) is not int})
    try:
        plan = planned(source, input, classes, given)
    except LanguageError as error:
        if isinstance(what, str) and what.isidentifier():
            error.help.append(f"kinds of film are {', '.join(KINDS)}")
        raise
    return _network(plan, path, unit)


def _network(plan: "Plan", path: str, unit: Unit | None) -> "Film | Drawing":
    """A network drawn, or the film of one of its layers."""
    if path:
        from striate.drawing.films.scenes.layers import film_of

        _refuse("film", {"unit": unit})
        return film_of(plan, path)
    from striate.drawing.networks.drawing import draw_network

    return draw_network(plan, unit=None if unit is None else (unit[0], tuple(unit[1])))


def parted(what: Any) -> tuple[Any, str]:
    """A network, and the path of one of its layers, if one is named.

    >>> parted("lenet5#c3"), parted("resnet50")
    (('lenet5', 'c3'), ('resnet50', ''))
    """
    found = _LAYER.fullmatch(what) if isinstance(what, str) else None
    return (found["source"], found["path"]) if found else (what, "")


def _refuse(what: str, options: Mapping[str, Any]) -> None:
    """Refuse options that do not belong to what is asked for."""
    for name, value in options.items():
        if value is not None:
            raise OptionError(f"{name} is no option of a {what}")
