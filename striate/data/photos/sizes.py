"""Sizes: how large the pictures of a set are, from the heads of some of its files.

Nothing is decoded for it: a second is enough for any set, to choose what it will be learned in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median_low

from striate.data.decoding import FORMATS, quiet
from striate.data.sources.folders import Entry, survey

MOST = 500
"""At most so many files are opened, evenly spread over all of them."""

GREY = ("1", "L", "LA", "La", "I", "I;16", "I;16L", "I;16B")
"""The modes of files that hold no colour (a file in colour may show none either)."""

STEPS = (32, 48, 64, 96, 128)


@dataclass(frozen=True)
class Sizes:
    """How many files there are, the median height and width, and what those seen share.

    `alike` is the (height, width) that all of them have, if they do.
    """

    count: int
    height: int
    width: int
    alike: tuple[int, int] | None
    grey: bool

    @property
    def short(self) -> int:
        """The median height or width, whichever is less."""
        return min(self.height, self.width)


def survey_sizes(root: str | Path) -> Sizes:
    """The sizes of the pictures in the class folders below `root`. Raises DataError as `survey`.

    >>> import tempfile
    >>> from PIL import Image
    >>> root = Path(tempfile.mkdtemp())
    >>> for label in ("ant", "bee"):
    ...     (root / label).mkdir()
    ...     Image.new("L", (500, 375)).save(root / label / "1.png")
    >>> survey_sizes(root)
    Sizes(count=2, height=375, width=500, alike=(375, 500), grey=True)
    """
    return sizes_of(survey(Path(root)).entries)


def sizes_of(entries: Sequence[Entry]) -> Sizes:
    """The sizes of the pictures in files; 0 where no head can be read."""
    step = -(-len(entries) // MOST) or 1
    with quiet():
        heads = [head for head in map(_head, entries[::step]) if head]
    seen = {size for size, _ in heads}
    return Sizes(
        count=len(entries),
        height=median_low([height for (height, _), _ in heads] or [0]),
        width=median_low([width for (_, width), _ in heads] or [0]),
        alike=next(iter(seen)) if len(seen) == 1 else None,
        grey=bool(heads) and all(grey for _, grey in heads),
    )


def default_side(sizes: Sizes) -> int:
    """The side in which photos are learned where none is asked for.

    128 pixels of up to 5000 photos, 96 of up to 20,000, and 64 of more; less where photos are less
    high, but 32 at least.

    >>> [default_side(Sizes(n, 375, 500, None, False)) for n in (400, 10_000, 1_000_000)]
    [128, 96, 64]
    >>> default_side(Sizes(400, 70, 90, None, False))
    64
    """
    most = 128 if sizes.count <= 5000 else 96 if sizes.count <= 20_000 else 64
    return max((side for side in STEPS if side <= min(most, sizes.short)), default=STEPS[0])


def _head(entry: Entry) -> tuple[tuple[int, int], bool] | None:
    """((height, width), whether it is grey) of a file, as its head says; None where it cannot."""
    from PIL import Image

    try:
        if not entry.path.is_file():
            return None
        place = entry.path if entry.length is None else BytesIO(entry.content())
        with Image.open(place, formats=tuple(FORMATS)) as image:
            return (image.height, image.width), image.mode in GREY
    except Exception:  # noqa: BLE001 (damaged bytes raise anything; decoding will name the file)
        return None
