"""Class folders: what lies where, before any file is opened.

photos/train/bee/1.jpg        in parts: `train` and, if wanted, `val` (or `valid`, `validation`)
photos/test/bee/2.jpg         and `test`, each with one folder for each class

photos/bee/1.jpg              or flat: one folder for each class
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from striate.data.collection import Problem
from striate.data.decoding import SUFFIXES
from striate.errors import DataError

PARTS = {"train": "train", "val": "val", "valid": "val", "validation": "val", "test": "test"}
"""What the folder of a part may be called, and the split that it is."""

JUNK = ("thumbs.db", "desktop.ini")

PLACEHOLDERS = re.compile(
    r"(image|img|photo|picture|pic)?(is)?(not|un)(found|available)|no(image|img|photo|picture|pic)"
    r"(available|found)?|(image|photo|picture)?placeholder(image|photo|picture)?"
    r"|(image|photo|picture)missing|missing(image|photo|picture)"
)
"""What files are called that say of themselves that they are not the picture."""

SHAPE = "a set of images is a folder with a folder for each class, or train/ and test/ with those"


@dataclass(frozen=True)
class Entry:
    """An image file: where it is, its name below the root, its split and its class.

    In an archive, `path` is the archive's, and the image is the `length` bytes from `start` on.
    """

    path: Path
    file: str
    split: str
    label: str
    start: int = 0
    length: int | None = None

    def content(self) -> bytes:
        """The bytes of the image. Raises OSError."""
        with self.path.open("rb") as file:
            file.seek(self.start)
            return file.read() if self.length is None else file.read(self.length)


@dataclass(frozen=True)
class Survey:
    """The image files below a root, what has no place there, and each split's class folders.

    `refusal` is why nothing can be learned from them, where nothing can.
    """

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    classes: Mapping[str, tuple[str, ...]]
    refusal: DataError | None = None


def survey(root: Path, *, keep: bool = False) -> Survey:
    """Every file below `root`, in the order of the names; the parts of a flat root are "train".

    Files that are placeholders by their names are problems, unless they are to be kept. Raises
    DataError where there are no classes, or others than in "train".
    """
    found = explore(root, keep=keep)
    if found.refusal:
        raise found.refusal
    return found


def explore(root: Path, *, keep: bool = False) -> Survey:
    """The same of folders that nothing can be learned from, with the reason.

    Raises DataError where a folder cannot be read.
    """
    refusal = None
    try:
        parts = _parts(root)
    except DataError as error:
        refusal, parts = error, {folder.name: folder for folder in _folders(root)}
    classes = {split: tuple(f.name for f in _folders(part)) for split, part in parts.items()}
    try:
        _check(parts, classes)
    except DataError as error:
        refusal = refusal or error
    found = [item for split, part in parts.items() for item in _part(root, split, part, keep=keep)]
    entries = tuple(item for item in found if isinstance(item, Entry))
    problems = [item for item in found if isinstance(item, Problem)]
    problems += [*_strays(root, parts), *_loose(root, parts)]
    return Survey(entries, tuple(problems), classes, refusal)


def _parts(root: Path) -> dict[str, Path]:
    """The folder of each split: `root` itself where it is flat.

    A folder `train` without folders in it is a class like any other: think of vehicles.
    """
    folders = _folders(root)
    named = [(PARTS[f.name.lower()], f) for f in folders if f.name.lower() in PARTS]
    if not any(split == "train" and _folders(folder) for split, folder in named):
        if named and len(named) == len(folders):
            names = ", ".join(f"{folder.name}/" for folder in folders)
            raise DataError(f"{root} has {names} but no train/ with class folders", help=[SHAPE])
        return {"train": root}
    parts = dict(sorted(named, key=lambda pair: list(PARTS).index(pair[0])))
    if len(parts) < len(named):
        names = " and ".join(f"{folder.name}/" for _, folder in named)
        raise DataError(f"{root} has {names}, two for one split", help=["keep one of them"])
    return parts


def _check(parts: Mapping[str, Path], classes: Mapping[str, tuple[str, ...]]) -> None:
    """Raise DataError unless the classes of every split can be learned from "train"."""
    for split, part in parts.items():
        if not classes[split]:
            images = len(_images(part))
            found = f"holds images ({images}) but no class folders" if images else "holds no images"
            raise DataError(f"{part} {found}", help=[SHAPE])
    known = classes.get("train", ())
    for split in parts:
        strange = [label for label in classes[split] if label not in known]
        if strange:
            raise DataError(
                f"{parts[split]} has a class that train has not: {strange[0]!r}",
                help=[f"train has {', '.join(known)}: rename the folder or remove it"],
            )


def _part(root: Path, split: str, part: Path, *, keep: bool) -> list[Entry | Problem]:
    """What the class folders of one part hold."""
    found: list[Entry | Problem] = []
    for folder in _folders(part):
        for path in _visible(folder):
            file = path.relative_to(root).as_posix()
            if _is_folder(path):
                found.append(Problem(file, "nested folder", "a class folder holds images only"))
            elif path.suffix.lower() not in SUFFIXES:
                found.append(Problem(file, "not an image", "by the ending of its name"))
            elif not keep and is_placeholder(file):
                found.append(Problem(file, "placeholder", "its name says that it is no picture"))
            else:
                found.append(Entry(path, file, split, folder.name))
    return found


def _strays(root: Path, parts: Mapping[str, Path]) -> list[Problem]:
    """The folders beside parts that are none themselves."""
    if root in parts.values():
        return []
    strays = [folder for folder in _folders(root) if folder not in parts.values()]
    return [Problem(folder.name, "stray folder", "it lies beside train/") for folder in strays]


def _loose(root: Path, parts: Mapping[str, Path]) -> list[Problem]:
    """The images beside class folders, and those beside parts."""
    images = [
        image for folder in dict.fromkeys((root, *parts.values())) for image in _images(folder)
    ]
    return [
        Problem(image.relative_to(root).as_posix(), "no label", "it lies beside class folders")
        for image in images
    ]


def is_placeholder(file: str) -> bool:
    """Whether a file says by its name that it stands for a picture that is not there.

    >>> is_placeholder("ants/imageNotFound.gif"), is_placeholder("birds/no-crow-found.jpg")
    (True, False)
    """
    letters = re.sub(r"[^a-z]", "", Path(file).stem.lower())
    return bool(PLACEHOLDERS.fullmatch(letters))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # what may not even be looked at is a file that cannot be read
        return False


def _visible(folder: Path) -> list[Path]:
    """What lies in a folder by name, without what systems hide there."""
    try:
        inside = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        detail = error.strerror or str(error)
        raise DataError(
            f"{folder} cannot be read: {detail}", help=["look at its rights"]
        ) from error
    return [p for p in inside if not p.name.startswith((".", "__")) and p.name.lower() not in JUNK]


def _folders(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if _is_folder(path)]


def _images(folder: Path) -> list[Path]:
    return [path for path in _visible(folder) if path.suffix.lower() in SUFFIXES and path.is_file()]
