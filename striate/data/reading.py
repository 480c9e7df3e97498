"""Reading: files as what a network sees of them, the bytes that they give in a collection."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from striate.data.collection import Problem
from striate.data.decoding import decode, quiet
from striate.data.look import Look, Seen
from striate.data.looking import seen
from striate.data.photos.working import in_turn
from striate.errors import DataError


def read_image(path: str | Path, size: Seen) -> Tensor:
    """The picture in a file as uint8 (channel, height, width), of the size or in the look given.

    Raises DataError where the file holds no picture that can be decoded in full.

    >>> import tempfile
    >>> from PIL import Image
    >>> path = Path(tempfile.mkdtemp()) / "sky.png"
    >>> Image.new("RGB", (12, 8), (90, 160, 230)).save(path)
    >>> read_image(path, (3, 4, 4))[:, 0, 0].tolist(), read_image(path, (1, 4, 4))[:, 0, 0].tolist()
    ([90, 160, 230], [147])
    """
    with quiet():
        found = _seen_in(Path(path), size)
    return _required(Path(path), found)


def read_whole(path: str | Path) -> Tensor:
    """The picture in a file as uint8 (3, height, width), upright and at its own size.

    Raises DataError where the file holds no picture that can be decoded in full.
    """
    with quiet():
        found = decode(Path(path), str(path))
    return _required(Path(path), found if isinstance(found, Problem) else found.pixels)


@dataclass(frozen=True, eq=False)
class Read:
    """What files hold: images uint8 (image, channel, height, width), and what they are called.

    `problems` are the files that were left out because no picture in them can be decoded in full.
    """

    images: Tensor
    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_images(paths: Sequence[Path], size: Seen) -> Read:
    """The pictures in files, in their order, by all processors; a bar shows how far it is.

    Raises DataError for a file that is not there, and where none holds a picture.
    """
    for path in paths:
        if not path.exists():
            read_image(path, size)  # which says so
    with quiet():
        found = list(in_turn(partial(_seen_in, size=size), paths, "reading"))
    images = [one for one in found if isinstance(one, Tensor)]
    if paths and not images:
        _required(paths[0], found[0])
    return Read(
        torch.stack(images) if images else torch.empty((0, *_size(size)), dtype=torch.uint8),
        tuple(str(path) for path, one in zip(paths, found, strict=True) if isinstance(one, Tensor)),
        tuple(one for one in found if isinstance(one, Problem)),
    )


def _seen_in(path: Path, size: Seen) -> Tensor | Problem:
    """What is seen of the picture in a file, or what is wrong with that."""
    picture = decode(path, str(path))
    return picture if isinstance(picture, Problem) else seen(picture.pixels, size)


def _required(path: Path, found: Tensor | Problem) -> Tensor:
    """What is seen. Raises DataError where something is wrong."""
    if isinstance(found, Problem):
        raise DataError(str(found), help=[_remedy(path)])
    return found


def _size(size: Seen) -> tuple[int, int, int]:
    return size.size if isinstance(size, Look) else size


def _remedy(path: Path) -> str:
    """What to do about a file that holds no picture."""
    if path.is_dir():
        return f"name the files in it: {path / '*'}"
    if not path.exists():
        return "look at its name, and at the folder that it is sought in"
    return "open it in an image viewer; save it again as PNG or JPEG"
