"""striate draw: films of windows that slide, networks drawn, and the gallery of the textbook."""

import os
import re
from collections.abc import Mapping
from json import dumps
from pathlib import Path
from typing import Any

import striate
from striate.cli.films import Arriving, Asked, Joining, Leaving, Pooling, Sliding, Training, typed
from striate.cli.values import numbers_of, sizes_of, unit_of
from striate.drawing.asking import GALLERY, parted
from striate.drawing.films import Film, Plane
from striate.drawing.films.scenes.options import KINDS
from striate.drawing.saving import form_of
from striate.errors import OptionError, ShapeError

_SIZED = re.compile(r"[\dx×,\s]*", re.IGNORECASE)
_OR = "or a network, lenet5; one of its layers, lenet5#c3; or gallery"
_ONLY = "a network takes input, classes, unit, title, and the numbers of its text"


def draw(
    what: str,
    *numbers: str,
    arriving: Arriving = Arriving(),  # noqa: B008
    sliding: Sliding = Sliding(),  # noqa: B008
    joining: Joining = Joining(),  # noqa: B008
    pooling: Pooling = Pooling(),  # noqa: B008
    training: Training = Training(),  # noqa: B008
    asked: Asked = Asked(),  # noqa: B008
    leaving: Leaving = Leaving(),  # noqa: B008
) -> None:
    """Draw a window sliding over its input, with its numbers; a layer; a network; the gallery.

    Parameters
    ----------
    what
        A kind of film: conv, unshared, tiled, transpose, separable, pool, adaptive, channels,
        gradients, matrix, shift, stride; a network, lenet5, or one of its layers, lenet5#c3; or
        gallery.
    numbers
        The free numbers of a network's text: N=2 M=3.
    """
    # The sums here are small: numpy's library would start threads that cost more than they save.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    given = typed(arriving, sliding, joining, pooling, training, asked)
    given |= {} if leaving.title is None else {"title": leaving.title}
    if not what.strip():
        raise OptionError(
            "there is nothing to draw", help=[f"name a film: {', '.join(KINDS)}", _OR]
        )
    if what == GALLERY:
        if numbers:
            raise OptionError(f"'{numbers[0]}' is for the text of a network, not for the gallery")
        return _gallery(given, leaving)
    usual = ".html" if leaving.frame is None else ".svg"
    target = Path(leaving.output or f"{_stem(what)}{usual}")
    form_of(target)
    if what in KINDS:
        if numbers:
            raise OptionError(f"'{numbers[0]}' is for the text of a network, not for a film")
        return _show(_film(what, given, target), target, leaving)
    return _network(what, numbers, given, target, leaving)


def _stem(what: str) -> str:
    """What the file of a drawing is called.

    >>> _stem("conv"), _stem("lenet5#c3"), _stem("nets/my.cnn"), _stem("INPUT 1x8x8 -> FC 2")
    ('conv', 'lenet5-c3', 'my', 'network')
    """
    source, path = parted(what)
    name = Path(source).stem if source.endswith(".cnn") else source
    name = "network" if re.search(r"[\s>\[]", name) else re.sub(r"[^\w.-]+", "-", name)
    return f"{name}-{path}" if path else name


def _film(kind: str, given: Mapping[str, Any], target: Path) -> Film:
    """The film; where its window does not fit, that is drawn, and then said."""
    try:
        made: Any = striate.draw(kind, **given)
        return made
    except ShapeError as error:
        from striate.drawing.films.scenes.making import diagnosed

        if shown := diagnosed(kind, error, given):
            shown.save(target)
            error.help.append(f"{target} shows it")
        raise


def _network(
    what: str, numbers: tuple[str, ...], given: dict[str, Any], target: Path, leaving: Leaving
) -> None:
    """A network, or one of its layers."""
    for name in given.keys() - {"input", "classes", "unit", "title"}:
        raise OptionError(f"{name} is for films, not for a network", help=[_ONLY])
    options: dict[str, Any] = {**given, **numbers_of(numbers)}
    options["unit"] = unit_of(given["unit"]) if "unit" in given else None
    typed = given.get("input")
    options["input"] = sizes_of(typed) if _SIZED.fullmatch(typed or "") else typed
    made: Any = striate.draw(what, **options)
    if isinstance(made, Film):
        _show(made, target, leaving)
        return
    if leaving.frame is not None:
        raise OptionError("a network has no frames", help=[f"the film of a layer has: {what}#PATH"])
    made.save(target)
    error = made.plan.network.error
    facts = error.as_dict() if error and leaving.json else {}
    _tell(target, leaving, {"layers": len(made.plan.rows), **facts})
    if error is not None:  # what is known was drawn, and this is not all
        raise error if not leaving.json else SystemExit(2)


def _show(film: Film, target: Path, leaving: Leaving) -> None:
    """Write a film, and say what was written."""
    film.save(target, leaving.frame)
    sizes = [_size(plane) for plane in film.planes if plane.role == "output"]
    facts: dict[str, Any] = {"frames": len(film.frames), "output": sizes}
    if leaving.frame is not None or form_of(target) == ".png":
        last = -1 if leaving.frame is None else leaving.frame
        facts["frame"] = range(len(film.frames))[last]
    _tell(target, leaving, facts)


def _size(plane: Plane) -> list[int]:
    """Rows and columns of a plane without its padding."""
    above, below, left, right = plane.padding
    return [plane.shape[0] - above - below, plane.shape[1] - left - right]


def _tell(target: Path, leaving: Leaving, facts: Mapping[str, Any]) -> None:
    """One line about the file, or what another program reads."""
    size = target.stat().st_size
    if leaving.json:
        print(dumps({"file": str(target), "bytes": size, **facts}))
        return
    what = "frame" if "frames" in facts else "layer"
    count = facts[f"{what}s"]
    said = f"{count} {what}{'s' * (count != 1)}"
    if "frame" in facts:
        said = f"frame {facts['frame']} of 0 to {facts['frames'] - 1}"
    print(f"{target}: {size / 1000:.1f} kB, {said}")


def _gallery(given: Mapping[str, Any], leaving: Leaving) -> None:
    """Every worked example of the textbook, in a folder."""
    if leaving.frame is not None:
        raise OptionError("the gallery has no frame of its own")
    folder = Path(leaving.output or "gallery")
    made: Any = striate.draw(GALLERY, **given)
    made.save(folder, None if leaving.json else print)
    if leaving.json:
        print(dumps({"folder": str(folder), "pages": len(made.examples)}))
