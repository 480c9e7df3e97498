"""Sharding: a folder of images as WebDataset's tar files, each a mixture of all classes.

train-000000.tar, ...   members 00000012.jpg, the file byte for byte, and 00000012.cls
classes.json            the names of the classes: that of number n is the nth
files.csv               which member of which shard is which file

The same images and seed give the same bytes, on every machine.
"""

import csv
import io
import json
import shlex
import shutil
import tarfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from striate.data.chance import SHARD, order
from striate.data.collection import Problem
from striate.data.photos.working import in_turn
from striate.data.sources.folders import Entry, Survey, survey
from striate.data.sources.listing import survey_list
from striate.data.sources.loading import require_images
from striate.data.sources.shards import CLASSES
from striate.errors import DataError, OptionError

FILES = "files.csv"
MEGABYTES = 256
"""The size of a shard where nothing else is asked for."""

BLOCK = 512
"""Headers take so many bytes, and contents a multiple of it."""


@dataclass(frozen=True)
class Shards:
    """What was written: the shards, how many images they hold, and what was left out."""

    folder: str
    shards: tuple[str, ...]
    images: int
    classes: tuple[str, ...]
    problems: tuple[Problem, ...]

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return asdict(self)

    def __str__(self) -> str:
        left_out = "".join(f"left out: {problem}\n" for problem in self.problems)
        count = len(self.shards)
        return (
            f"{left_out}{self.images} images of {len(self.classes)} classes in {count} "
            f"shard{'s' * (count != 1)}\nNext: striate train {shlex.quote(self.folder)}"
        )


def write_shards(
    source: str | Path,
    output: str | Path,
    *,
    count: int | None = None,
    size: float | None = None,
    seed: int = 0,
) -> Shards:
    """Write the images of a folder, or of a .csv list, as shards of `count` images or `size` MB.

    Each split has shards of its own, in an order that depends on the seed. Files are not decoded;
    those that cannot be opened are left out and named. The folder `output` appears when all of it
    is written. Raises OptionError where that cannot be, DataError where there are no images.
    """
    if count is not None and size is not None:
        raise OptionError("a shard has a count or a size, not both", help=["give one of them"])
    if (count or 1) < 1 or (size or 1) <= 0 or count == 0 or size == 0:
        raise OptionError("shards cannot be empty", help=["--count and --size begin above 0"])
    most = (count, None) if count else (None, int((size or MEGABYTES) * 1e6))
    path, target = Path(source).expanduser().resolve(), Path(output).expanduser().resolve()
    found = _surveyed(path)
    _require_free(target, path)
    unfinished = target.with_name(target.name + ".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    try:
        unfinished.mkdir(parents=True)
        problems = _write(unfinished, found, most, seed=seed)
        if target.is_dir():
            target.rmdir()
        unfinished.replace(target)
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise OptionError(
            f"{target} cannot be written: {error.strerror or error}",
            help=["name a folder that can be written, on a disk with room"],
        ) from error
    names = tuple(sorted(shard.name for shard in target.glob("*.tar")))
    images = len(found.entries) - len(problems)
    return Shards(str(output), names, images, found.classes["train"], (*found.problems, *problems))


def _surveyed(path: Path) -> Survey:
    """The files of a folder or of a list."""
    if path.is_dir():
        found = survey(path)
        met = {(entry.split, entry.label) for entry in found.entries}
        require_images(path, found, met, found.problems)
        return found
    if path.suffix.lower() == ".csv":
        return survey_list(path, path.parent)
    raise DataError(f"{path} is no folder of images", help=["name a folder, or a .csv list"])


def _require_free(target: Path, source: Path) -> None:
    """Raise OptionError unless a folder can be made without touching what is there."""
    if target == source or (source.is_dir() and source in target.parents):
        raise OptionError(
            f"{target} lies in {source}, which stays as it is", help=["name another --output"]
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OptionError(f"{target} is there already", help=["name another, or remove it"])


def _write(
    folder: Path, found: Survey, most: tuple[int | None, int | None], *, seed: int
) -> list[Problem]:
    """Every split into its shards, the classes, and where every file is."""
    numbers = {label: number for number, label in enumerate(found.classes["train"])}
    problems: list[Problem] = []
    lines: list[Sequence[object]] = [("shard", "key", "file", "label")]
    for split in found.classes:
        entries = [entry for entry in found.entries if entry.split == split]
        mixed = [entries[place] for place in order(seed, 0, len(entries), draw=SHARD)]
        with closing(_Writer(folder, split, most, numbers)) as writer:
            for entry, content in zip(mixed, in_turn(_content, mixed, "writing"), strict=True):
                if isinstance(content, Problem):
                    problems.append(content)
                else:
                    lines.append((*writer.add(entry, content), entry.file, entry.label))
    (folder / CLASSES).write_text(json.dumps(list(numbers), indent=1) + "\n", encoding="utf-8")
    with (folder / FILES).open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)
    return problems


def _content(entry: Entry) -> bytes | Problem:
    """The bytes of a file, or why there are none."""
    try:
        return entry.content()
    except OSError as error:
        return Problem(entry.file, "cannot be read", error.strerror or str(error))


class _Writer:
    """Fills one shard of a split after the other."""

    def __init__(
        self,
        folder: Path,
        split: str,
        most: tuple[int | None, int | None],
        numbers: Mapping[str, int],
    ) -> None:
        self.folder, self.split, self.numbers = folder, split, numbers
        self.most_images, self.most_bytes = most
        self.archive: tarfile.TarFile | None = None
        self.shards = self.images = self.bytes = self.key = 0

    def add(self, entry: Entry, content: bytes) -> tuple[str, str]:
        """Add an image and its class: the names of its shard and of its key."""
        label = str(self.numbers[entry.label]).encode()
        space = sum(BLOCK + -(-len(part) // BLOCK) * BLOCK for part in (content, label))
        archive = self._archive_with_room(space)
        key = f"{self.key:08d}"
        for name, part in ((entry.path.suffix.lower(), content), (".cls", label)):
            header = tarfile.TarInfo(key + name)
            header.size = len(part)
            archive.addfile(header, io.BytesIO(part))
        self.key, self.images, self.bytes = self.key + 1, self.images + 1, self.bytes + space
        return f"{self.split}-{self.shards - 1:06d}.tar", key

    def close(self) -> None:
        """Close the shard under way."""
        if self.archive is not None:
            self.archive.close()
            self.archive = None

    def _archive_with_room(self, space: int) -> tarfile.TarFile:
        """The shard under way, or the next where it would become too large."""
        full = self.images == self.most_images
        large = self.most_bytes is not None and self.bytes + space > self.most_bytes
        if self.archive is None or full or (large and self.images):
            self.close()
            path = self.folder / f"{self.split}-{self.shards:06d}.tar"
            self.archive = tarfile.open(path, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115
            self.shards, self.images, self.bytes = self.shards + 1, 0, 0
        return self.archive
