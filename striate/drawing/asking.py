"""What a person asks to be drawn: a film by its kind, a layer, a network, or the gallery."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from operator import index
from typing import TYPE_CHECKING, Any

from striate.arithmetic.typed import numbers
from striate.drawing.films.scenes.options import KINDS
from striate.errors import LanguageError, OptionError

if TYPE_CHECKING:
    from striate.drawing.films.record import Film
    from striate.drawing.gallery.making import Gallery
    from striate.drawing.networks.drawing import Drawing
    from striate.planning import Plan

GALLERY = "gallery"
Unit = tuple[str, Sequence[int]]
_NAMELESS = re.compile(r"(?P<source>[\w.-]+)#(?P<path>\S*)")
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
    _check(source)
    given = {name: value for name, value in options.items() if value is not None}
    input, classes = size_of(given.pop("input", None)), given.pop("classes", None)
    title = str(given.pop("title", ""))
    _refuse("drawing of a network", {n: one for n, one in given.items() if type(one) is not int})
    try:
        plan = planned(source, input, classes, given)
    except LanguageError as error:
        if isinstance(what, str) and what.isidentifier():
            error.help.append(f"kinds of film are {', '.join(KINDS)}")
        raise
    return _network(plan, path, unit, title)


def _network(plan: "Plan", path: str, unit: Unit | None, title: str) -> "Film | Drawing":
    """A network drawn, or the film of one of its layers."""
    if path:
        from striate.drawing.films.scenes.layers import film_of

        _refuse("film", {"unit": unit})
        made = film_of(plan, path)
        return replace(made, title=title) if title else made
    from striate.drawing.networks.drawing import draw_network

    return draw_network(plan, unit=None if unit is None else unit_of(unit), title=title)


def parted(what: Any) -> tuple[Any, str]:
    """A network, and the path of one of its layers, if one is named.

    >>> parted("lenet5#c3"), parted("resnet50")
    (('lenet5', 'c3'), ('resnet50', ''))
    """
    found = _LAYER.fullmatch(what) if isinstance(what, str) else None
    return (found["source"], found["path"]) if found else (what, "")


def _check(source: Any) -> None:
    """Refuse a name with a # behind it and no path, which would be read as a text."""
    if isinstance(source, str) and (found := _NAMELESS.fullmatch(source)):
        said = f"'{found['path']}' behind '{found['source']}#' is no path of a layer"
        raise LanguageError(said, help=["name one layer: lenet5#c3"])


def size_of(input: Any) -> Any:
    """The size of a network's input, which may be typed: as numbers, for its planes are drawn.

    >>> size_of("1x28x28"), size_of((1, 28, 28))
    ((1, 28, 28), (1, 28, 28))
    """
    if not isinstance(input, str | int):
        return input
    try:
        return numbers("input", input)
    except OptionError:
        help = ["give channels and size: 3x224x224", "letters are for `striate plan`"]
        raise OptionError(f"a drawing needs a size in numbers, not '{input}'", help=help) from None


def unit_of(unit: Any) -> Unit:
    """A unit as a path and a place; a place of one axis may be a number.

    >>> unit_of(("c3", [4, 5])), unit_of(("c3", 4))
    (('c3', (4, 5)), ('c3', (4,)))
    """
    try:
        path, place = unit
        return str(path), tuple(map(index, place if isinstance(place, Sequence) else (place,)))
    except (TypeError, ValueError):
        help = ["name a layer, and a place in it for each of its axes: ('c3', (4, 4))"]
        raise OptionError(f"{unit!r} is not a unit", help=help) from None


def _refuse(what: str, options: Mapping[str, Any]) -> None:
    """Refuse options that do not belong to what is asked for."""
    for name, value in options.items():
        if value is not None:
            raise OptionError(f"{name} is no option of a {what}")
