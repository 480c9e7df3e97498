"""striate filter: a classical kernel on a photo."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

import striate
from striate.data.filtering.saving import format_of
from striate.errors import OptionError


def filter(
    photo: str | None = None,
    /,
    *,
    kernel: Annotated[str, Parameter(allow_leading_hyphen=True)] = "edge",
    output: Annotated[str | None, Parameter(name=("--output", "-o"))] = None,
    show: str | None = None,
    border: str = "edge",
    grey: bool = False,
) -> None:
    """Slide a kernel over a photo, and save what it finds.

    Parameters
    ----------
    photo
        An image file; it is filtered at its own size, each colour by itself.
    kernel
        A name, sobel; its rows, '1,0;0,1'; or all: every kernel that has a name, side by side.
    output
        The image file to write; left out, its name is that of the photo and of the kernel.
    show
        How numbers become grey: clip (cut at 0 and 255), absolute (the sign left out), signed (0 is
        middle grey) or stretch (from the least to the largest). Left out, absolute for kernels that
        add up to 0, clip for those that add up to 1, stretch for others.
    border
        What lies beyond the photo: edge (copies of its last pixels), zeros, reflect or circular.
    grey
        Take the colours away first.
    """
    if photo is None:
        help = ["name an image file: striate filter photo.jpg --kernel edge -o out.png"]
        raise OptionError("there is no photo to filter", help=help)
    path = Path(output) if output is not None else _beside(Path(photo), kernel)
    if path.exists() and Path(photo).exists() and path.samefile(photo):
        help = ["give -o another name"]
        raise OptionError(f"{path} is the photo itself, and would be lost", help=help)
    format_of(path)
    made = striate.filter(photo, kernel, show=show, border=border, grey=grey)
    made.save(path)
    print(f"{path}: {made.said}")


def _beside(photo: Path, kernel: str) -> Path:
    """The name of what is written, in the folder of the command.

    >>> str(_beside(Path("photos/cat.jpg"), "sobel")), str(_beside(Path("cat.jpg"), "1,0;0,1"))
    ('cat-sobel.png', 'cat-filtered.png')
    """
    name = kernel.lower() if kernel.isalpha() else "filtered"
    return Path(f"{photo.stem}-{name}.png")
