"""Loading: the files of class folders as a collection.

Every file is decoded in full before anything is learned from any of them. One that cannot be is
left out and named; it is never repaired, altered or replaced by another.
"""

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from striate.data.collection import Collection, Problem, Split
from striate.data.decoding import FORMATS, quiet
from striate.data.images import in_channels, is_grey
from striate.data.look import Look
from striate.data.looking import Shape, sides_of
from striate.data.photos.caching import keep
from striate.data.photos.collected import Images, Photos, planes_of
from striate.data.photos.developing import Result, decoded
from striate.data.photos.gathering import SMALL, is_framed
from striate.data.photos.mapping import Mapped
from striate.data.photos.remembering import contents
from striate.data.photos.sizes import Sizes, default_side, sizes_of
from striate.data.photos.working import in_turn
from striate.data.sources.folders import SHAPE, Entry, Survey, survey
from striate.errors import DataError


@dataclass(frozen=True, eq=False)
class _Loaded:
    """The images that could be read, their files and formats, and what is wrong with the others."""

    images: Images
    entries: tuple[Entry, ...]
    formats: tuple[str, ...]
    problems: tuple[Problem, ...]


def load_folder(root: Path, shape: Shape | None = None) -> Collection:
    """The collection in the class folders below `root`, in the splits that lie there.

    Small images that are all alike are a tensor, if that is the (height, width) asked for, or none
    is. All others are Photos, looked at in what is asked for, else in a square that suits them; in
    a look all are.
    Raises DataError where a class has no image that can be read.
    """
    return load_files(survey(root), root, shape)


def load_files(found: Survey, root: Path, shape: Shape | None = None) -> Collection:
    """The collection of files that a folder, a list or shards at `root` name."""
    sizes = sizes_of(found.entries)
    side = default_side(sizes)
    loaded = _as_they_are(found.entries, sizes, shape)
    loaded = loaded or _as_photos(found.entries, shape or (side, side))
    problems = (*found.problems, *loaded.problems)
    require_images(root, found, {(entry.split, entry.label) for entry in loaded.entries}, problems)
    return Collection(
        name=root.name or "images",
        source=str(root),
        classes=found.classes["train"],
        splits=_splits(found, loaded),
        problems=problems,
        notes=(*_image_notes(loaded.images, sizes, shape), *_format_notes(loaded)),
        flip=planes_of(loaded.images) == 3,
        shift=min(loaded.images.shape[2:]) // 16,
    )


def _as_they_are(entries: Sequence[Entry], sizes: Sizes, shape: Shape | None) -> _Loaded | None:
    """Small pictures of one size, that which is asked for if one is; None where they are others."""
    alike = sizes.alike
    if alike is None or max(alike) > SMALL or shape not in (None, alike):
        return None
    results: list[Result] = []
    with quiet():
        for result in in_turn(decoded, entries, "reading"):
            if not isinstance(result, Problem) and tuple(result.pixels.shape[1:]) != alike:
                return None
            results.append(result)
    pictures = [result for result in results if not isinstance(result, Problem)]
    if not pictures:
        return None
    images = torch.stack([picture.pixels for picture in pictures]).contiguous()
    pairs = zip(entries, results, strict=True)
    return _Loaded(
        in_channels(images, 1) if is_grey(images) else images,
        tuple(entry for entry, result in pairs if not isinstance(result, Problem)),
        tuple(picture.format for picture in pictures),
        tuple(result for result in results if isinstance(result, Problem)),
    )


def _as_photos(entries: Sequence[Entry], shape: Shape) -> _Loaded:
    """Pictures of any size, to be looked at in a shape."""
    content = contents(entries)
    sheet, pixels = keep(entries, shape, content)
    hashes = b"".join(content[place] for place in sheet.places)
    known = torch.from_numpy(sheet.table[:, 1:3].astype(np.int32))
    channels = int(sheet.table[:, 3].max(initial=1))
    look = shape if isinstance(shape, Look) else None
    photos = Photos(
        pixels.flat if isinstance(pixels, Mapped) else pixels,
        torch.from_numpy(np.cumsum(sheet.counts) - sheet.counts),
        known,
        torch.from_numpy(sheet.table[:, 3].astype(np.uint8)),
        torch.from_numpy(np.frombuffer(hashes, dtype=np.uint8).reshape(-1, 32).copy()),
        size=look.size if look else (channels, *sides_of(shape)),
        mapped=pixels if isinstance(pixels, Mapped) else None,
        look=look,
        framed=look is not None and is_framed(known),
    )
    return _Loaded(
        photos,
        tuple(entries[place] for place in sheet.places),
        tuple(sheet.formats[number] for number in sheet.table[:, 4].tolist()),
        tuple(Problem(entries[i].file, kind, detail) for i, kind, detail in sheet.problems),
    )


def _splits(found: Survey, loaded: _Loaded) -> dict[str, Split]:
    """The images of each split with their labels."""
    numbers = {label: number for number, label in enumerate(found.classes["train"])}
    labels = torch.tensor([numbers[entry.label] for entry in loaded.entries])
    whole = Split(loaded.images, labels, tuple(entry.file for entry in loaded.entries))
    return {
        split: whole.select([i for i, e in enumerate(loaded.entries) if e.split == split])
        for split in found.classes
    }


def require_images(
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


def _image_notes(images: Images, sizes: Sizes, shape: Shape | None) -> list[str]:
    """What was decided about all images."""
    height, width = images.shape[2:]
    size = f"images are {height}x{width}"
    if isinstance(images, Tensor):
        size += ", as their files are"
    elif shape is None:
        typical = f"{sizes.count} photos of about {sizes.height}x{sizes.width}"
        size += f", which suits {typical}: their centre (another size: --size)"
    else:
        size += ": the centre of each, resized where it was of another size"
    grey = planes_of(images) == 1
    colour = "images are grey: none has a colour" if grey else "images are in colour"
    return [colour] if isinstance(shape, Look) else [size, colour]


def _format_notes(loaded: _Loaded) -> list[str]:
    """What the formats of the files give reason to say."""
    kept = list(zip(loaded.entries, loaded.formats, strict=True))
    counts = Counter(loaded.formats)
    usual = counts.most_common(1)[0][0]
    wrong = [
        f"{entry.file} is {kind}"
        for entry, kind in kept
        if Path(entry.file).suffix.lower() not in FORMATS[kind]
    ]
    rare = [entry.file for entry, kind in kept if counts[kind] * 100 <= len(kept)]
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
