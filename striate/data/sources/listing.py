"""Lists: a CSV file that says which image file shows what.

file,label,split
bee/1.jpg,bee,train
more/2.jpg,ant,test

The column of splits may be left out, and others may stand there too. Files are looked for below
the folder of the list, or below another that is given.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from striate.data.collection import Collection, Problem
from striate.data.decoding import SUFFIXES
from striate.data.sources.folders import PARTS, Entry, Survey
from striate.data.sources.loading import Shape, load_files
from striate.errors import DataError

COLUMNS = {
    "file": ("file", "filename", "path", "image"),
    "label": ("label", "class"),
    "split": ("split",),
}
"""What a column may be called."""

FORM = "a list begins with the line file,label or file,label,split"
ELSEWHERE = "where its files are in another folder, name that too: FOLDER --labels LIST.csv"


class Line(NamedTuple):
    """A line of the list: the path of a file, how the list names it, its label and its split."""

    path: Path
    file: str
    label: str
    split: str


def csv_collection(path: Path, folder: Path, sides: Shape | None = None) -> Collection:
    """The collection of the files that a list names, in the splits that it says.

    Files that are missing, or named twice, are left out and named. Raises DataError where it is no
    such list, or where a class has no image that can be read.
    """
    found = survey_list(path, folder)
    return replace(load_files(found, path, sides), name=path.stem)


def survey_list(path: Path, folder: Path) -> Survey:
    """What a list says of files below `folder`. Raises DataError where it is none."""
    lines = _lines(path, folder)
    said: defaultdict[Path, set[Line]] = defaultdict(set)
    for line in lines:
        said[line.path].add(line)
    used: set[Path] = set()
    entries: list[Entry] = []
    problems: list[Problem] = []
    for line in lines:
        problem = _problem(line, said[line.path], again=line.path in used)
        if problem is None:
            entries.append(Entry(line.path, line.file, line.split, line.label))
            used.add(line.path)
        else:
            problems.append(problem)
    return listed(entries, problems, str(path), help=[FORM, ELSEWHERE])


def listed(
    entries: Sequence[Entry], problems: Sequence[Problem], where: str, *, help: Sequence[str]
) -> Survey:
    """The survey of entries from `where`. Raises DataError unless train has every class."""
    if not entries:
        first = f" (problems: {len(problems)}; the first: {problems[0]})" if problems else ""
        raise DataError(f"{where} has no image that can be read{first}", help=help)
    splits = [split for split in ("train", "val", "test") if any(e.split == split for e in entries)]
    labels = {split: in_order(e.label for e in entries if e.split == split) for split in splits}
    if "train" not in labels:
        raise DataError(f"{where} has {' and '.join(splits)} and no train", help=help)
    for split, classes in labels.items():
        strange = [label for label in classes if label not in labels["train"]]
        if strange:
            raise DataError(
                f"{where} has a class in {split} that train has not: {strange[0]!r}",
                help=[f"train has {', '.join(labels['train'])}"],
            )
    return Survey(tuple(entries), tuple(problems), labels)


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Each label once: by number if all are numbers, else by name.

    >>> in_order(["10", "9", "10"]), in_order(["b", "10"])
    (('9', '10'), ('10', 'b'))
    """
    each = set(labels)
    numbers = all(label.isdecimal() for label in each)
    return tuple(sorted(each, key=lambda label: (int(label) if numbers else 0, label)))


def _lines(path: Path, folder: Path) -> list[Line]:
    """The lines of a list below its first."""
    try:
        with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
            head = stream.readline()
            mark = max(",;\t", key=head.count)
            rows = list(csv.reader([head, *stream], delimiter=mark))
    except (OSError, csv.Error) as error:
        raise DataError(f"{path} cannot be read: {error}", help=[FORM]) from error
    columns = _columns(path, rows[0] if rows else [])
    return [
        _line(path, number, row, columns=columns, folder=folder)
        for number, row in enumerate(rows[1:], start=2)
        if row
    ]


def _columns(path: Path, head: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands."""
    titles = [title.strip().lower() for title in head]
    columns = {
        name: next(titles.index(title) for title in known if title in titles)
        for name, known in COLUMNS.items()
        if set(known) & set(titles)
    }
    for name in ("file", "label"):
        if name not in columns:
            raise DataError(
                f"{path} has no column {name!r}: it begins with {','.join(head)!r}", help=[FORM]
            )
    return columns


def _line(
    path: Path, number: int, row: Sequence[str], *, columns: Mapping[str, int], folder: Path
) -> Line:
    """One line; without a split it is of train."""
    if len(row) <= max(columns.values()):
        raise DataError(f"{path}: line {number} is {','.join(row)!r}", help=[FORM])
    found = {name: row[place].strip() for name, place in columns.items()}
    split = PARTS.get(found.get("split", "train").lower())
    if split is None:
        raise DataError(
            f"{path}: line {number} has the split {found['split']!r}",
            help=[f"a split is one of {', '.join(dict.fromkeys(PARTS.values()))}"],
        )
    return Line(folder / found["file"], found["file"], found["label"], split)


def _problem(line: Line, said: Set[Line], *, again: bool) -> Problem | None:
    """Why a line cannot be used, if it cannot; `said` is what all lines say of its file."""
    if not line.label:
        return Problem(line.file, "no label", "its line in the list gives none")
    if len(said) > 1:
        labels = " and ".join(sorted(f"{one.label} in {one.split}" for one in said))
        return Problem(line.file, "named twice", f"as {labels}")
    if again:
        return Problem(line.file, "named twice", "another line says the same")
    if line.path.suffix.lower() not in SUFFIXES:
        return Problem(line.file, "not an image", "by the ending of its name")
    if not line.path.is_file():
        return Problem(line.file, "missing", f"there is no file {line.path}")
    return None
