"""Loading: the files of class folders as one tensor of bytes.

Every file is decoded in full before anything is learned from any of them. One that cannot be is
left out and named; it is never repaired, altered or replaced by another.
"""

import os
from collections import Counter
from collections.abc import Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from striate.data.collection import Collection, Problem, Split
from striate.data.decoding import FORMATS, Picture, decode, quiet
from striate.data.folders import SHAPE, Entry, Survey, survey
from striate.data.images import fit, in_channels, is_grey
from striate.errors import DataError

Shape = tuple[int, int]
Result = Picture | Problem

SMALL = 64
"""Pictures whose sides are all at most so long, and alike, are kept as they are."""

MANY = 500
"""From so many files on, a bar shows how far the reading is."""


def load_folder(root: Path, shape: Shape | None = None) -> Collection:
    """The collection in the class folders below `root`, in the splits that lie there.

    Every image gets the (height, width) that is given; without one, small images that are all
    alike keep theirs, and others get 64 x 64. Raises DataError where a class has no image that
    can be read.
    """
    found = survey(root)
    results = _read_all(found.entries, shape)
    kept = [(entry, result) for entry, result in results if isinstance(result, Picture)]
    problems = (*found.problems, *(result for _, result in results if isinstance(result, Problem)))
    _check(root, found, {(entry.split, entry.label) for entry, _ in kept}, problems)
    images = _stack([picture.pixels for _, picture in kept])
    return Collection(
        name=root.name or "images",
        source=str(root),
        classes=found.classes["train"],
        splits=_splits(found, [entry for entry, _ in kept], images),
        problems=problems,
        notes=(*_image_notes(images), *_format_notes(kept)),
        flip=images.shape[1] == 3,
        shift=min(images.shape[2:]) // 16,
    )


def _read_all(entries: Sequence[Entry], shape: Shape | None) -> list[tuple[Entry, Result]]:
    """Every picture or what is wrong with it, by as many threads as there are processors."""
    from rich.console import Console
    from rich.progress import track

    console, count = Console(stderr=True), len(entries)
    hidden = not console.is_terminal or count < MANY
    with quiet(), ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(partial(_read, shape=shape), entries)
        steps = track(results, "reading", count, console=console, transient=True, disable=hidden)
        return list(zip(entries, steps, strict=True))


def _read(entry: Entry, shape: Shape | None) -> Result:
    """One picture: whole where its own size may be kept, else in its final size."""
    picture = decode(entry.path, entry.file)
    if isinstance(picture, Problem) or (shape is None and max(picture.pixels.shape) <= SMALL):
        return picture
    return Picture(fit(picture.pixels, *(shape or (SMALL, SMALL))), picture.format)


def _stack(pixels: Sequence[Tensor]) -> Tensor:
    """Pictures (3, row, column) as one tensor (image, channel, row, column) of one size."""
    if len({tuple(picture.shape) for picture in pixels}) > 1:
        pixels = [fit(picture, SMALL, SMALL) for picture in pixels]
    images = torch.stack(tuple(pixels)).contiguous()
    return in_channels(images, 1) if is_grey(images) else images


def _splits(found: Survey, kept: Sequence[Entry], images: Tensor) -> dict[str, Split]:
    """The images of each split with their labels."""
    numbers = {label: number for number, label in enumerate(found.classes["train"])}
    labels = torch.tensor([numbers[entry.label] for entry in kept])
    whole = Split(images, labels, tuple(entry.file for entry in kept))
    return {
        split: whole.select([i for i, entry in enumerate(kept) if entry.split == split])
        for split in found.classes
    }


def _check(
    root: Path, found: Survey, met: Set[tuple[str, str]], problems: Sequence[Problem]
) -> None:
    """Raise DataError where no image, or none of a class (split, label), can be read."""
    first = f" (problems: {len(problems)}; the first: {problems[0]})" if problems else ""
    if not met:
        raise DataError(
            f"{root} has no image that can be read{first}",
            help=[f"images are files of the formats {', '.join(FORMATS)}", SHAPE],
        )
    for split, classes in found.classes.items():
        for label in classes:
            if (split, label) not in met:
                raise DataError(
                    f"class {label!r} of {split} in {root} has no image that can be read{first}",
                    help=["put images into its folder, or remove the folder", SHAPE],
                )


def _image_notes(images: Tensor) -> list[str]:
    """What was decided about all images."""
    channels, height, width = images.shape[1:]
    size = f"images are {height}x{width}: the centre of each, resized where it was of another size"
    return [size, "images are in colour" if channels == 3 else "images are grey: none has a colour"]


def _format_notes(kept: Sequence[tuple[Entry, Picture]]) -> list[str]:
    """What the formats of the files give reason to say."""
    formats = Counter(picture.format for _, picture in kept)
    usual = formats.most_common(1)[0][0]
    wrong = [
        f"{entry.file} is {picture.format}"
        for entry, picture in kept
        if entry.path.suffix.lower() not in FORMATS[picture.format]
    ]
    rare = [entry.file for entry, picture in kept if formats[picture.format] * 100 <= len(kept)]
    return [
        f"{sentence}: {_some(files)}"
        for sentence, files in (
            ("kept although the name says another format", wrong),
            (f"not {usual} as the others, so worth a look", rare),
        )
        if files
    ]


def _some(files: Sequence[str]) -> str:
    """The first few of many."""
    rest = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return ", ".join(files[:3]) + rest
