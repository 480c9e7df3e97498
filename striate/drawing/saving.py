"""Pictures and pages as files: what a file's name ends in says what is written."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from striate.errors import DataError, OptionError, in_short

if TYPE_CHECKING:
    from striate.drawing.films.record import Film

FORMS = (".html", ".svg", ".png")
"""The forms of a film: a page, an animation or one of its frames, one of its frames."""


def form_of(path: str | Path, forms: Sequence[str] = FORMS) -> str:
    """What a file's name ends in, if it is one of the forms; else an OptionError names them.

    >>> form_of("net.SVG")
    '.svg'
    """
    suffix = Path(path).suffix.lower()
    if suffix not in forms:
        raise OptionError(
            f"{path} is no name for a drawing", help=[f"its name ends in {' or '.join(forms)}"]
        )
    return suffix


def written(path: str | Path, content: str | bytes) -> Path:
    """Write a file whole, or leave what was there; DataError where it cannot be written."""
    target = Path(path)
    if not target.parent.is_dir():
        help = ["make it, or give another folder"]
        raise DataError(f"there is no folder {target.parent} for {target.name}", help=help)
    try:
        _replace(target, content.encode(errors="replace") if isinstance(content, str) else content)
    except OSError as error:
        raise DataError(f"cannot write {target}: {in_short(error)}") from None
    return target


def _replace(target: Path, content: bytes) -> None:
    """Write beside a file, then put it in its place; a link is followed."""
    target = target.resolve()
    plain = target.is_file() and os.access(target, os.W_OK) and os.access(target.parent, os.W_OK)
    if target.exists() and not plain:
        target.write_bytes(content)  # a device; a folder or a locked file, which refuse
        return
    unfinished = target.with_name(f".{target.stem[:40]}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def saved(film: "Film", path: str | Path, frame: int | None = None) -> Path:
    """Write a film: a page (.html), an animation (.svg), or one of its frames (.svg, .png).

    Frames count from 0, and -1 is the last; a .png without one shows the last. Raises an
    OptionError for a name that ends in anything else, and for a frame that there is not.
    """
    form = form_of(path)
    if form == ".html":
        if frame is not None:
            help = ["without a frame the page is the whole film", "a frame is a .svg or a .png"]
            raise OptionError("one frame alone is no page", help=help)
        return written(path, page(film))
    if form == ".svg":
        return written(path, svg(film, frame))
    return written(path, png(film, -1 if frame is None else frame))


def page(film: "Film") -> str:
    """A film as a page that needs nothing else."""
    from striate.drawing.pages.films import film_page

    return film_page(film)


def svg(film: "Film", frame: int | None = None) -> str:
    """A film as an SVG that plays by itself, or one frame of it."""
    if frame is None and film.frames:
        from striate.drawing.films.stills.animation import animated

        return animated(film)
    from striate.drawing.films.stills.still import still
    from striate.drawing.pictures.svg import svg as as_svg

    return as_svg(still(film, number_of(film, -1 if frame is None else frame)))


def png(film: "Film", frame: int) -> bytes:
    """One frame of a film as an image."""
    from striate.drawing.films.stills.still import still
    from striate.drawing.pictures.png import png as as_png

    return as_png(still(film, number_of(film, frame)))


def number_of(film: "Film", frame: int) -> int:
    """A frame by its number from 0, or from the end; 0 for a film that has none."""
    if not hasattr(frame, "__index__"):
        raise OptionError(f"frame '{frame}' is not a whole number", help=["frame 0 is the first"])
    count = len(film.frames)
    if not -count <= frame < count and count:
        help = [f"its frames are 0 to {count - 1}, and -1 is the last"]
        raise OptionError(f"the film has {count} frames, and no frame {frame}", help=help)
    return range(count)[frame] if count else 0


def framed(page: str, title: str, *, height: int = 640) -> str:
    """A page inside a page, as notebooks show it.

    >>> framed("<p>A film</p>", "3 < 4").split(" style")[0]
    '<iframe srcdoc="&lt;p&gt;A film&lt;/p&gt;" title="3 &lt; 4"'
    """
    style = f"width: 100%; height: {height}px; border: 0"
    named = f'srcdoc="{escape(page)}" title="{escape(title)}"'
    return f'<iframe {named} style="{style}" loading="lazy"></iframe>'
