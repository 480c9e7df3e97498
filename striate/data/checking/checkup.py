"""A checkup: what was found in a folder of images, for people to read and for programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any

from striate.data.checking.examining import Note
from striate.data.collection import Problem

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

SHOWN = 10
"""As many files of a kind, and as many duplicates, as are shown to people."""

CLASSES = 30
UNEVEN = 3
"""Classes are uneven where the largest has so many times the images of the smallest."""


@dataclass(frozen=True)
class Duplicates:
    """Files that show the same: "same bytes", or "nearly the same" picture.

    `across_classes`: they lie in different classes, so one label is wrong. `across_splits`: what
    judges a network was seen in training.
    """

    kind: str
    files: tuple[str, ...]
    across_classes: bool
    across_splits: bool

    @property
    def concern(self) -> str:
        """Why that matters, in a few words."""
        classes = "in different classes" if self.across_classes else ""
        splits = "in different splits" if self.across_splits else ""
        return " and ".join(filter(None, (classes, splits))) or "in one class and split"


@dataclass(frozen=True)
class Checkup:
    """What was found below a root: `images` files, of which `splits` counts those to be used.

    `splits` are the counts of each class in each split. Problems are left out of training, notes
    are about files that are kept. `refused` is why training would refuse the folder, if it would.
    """

    root: str
    images: int
    splits: Mapping[str, Mapping[str, int]]
    problems: tuple[Problem, ...]
    notes: tuple[Note, ...]
    duplicates: tuple[Duplicates, ...]
    refused: str | None = None

    @property
    def classes(self) -> dict[str, int]:
        """How many images of each class there are, in all splits together."""
        counts: dict[str, int] = {}
        for split in self.splits.values():
            for label, count in split.items():
                counts[label] = counts.get(label, 0) + count
        return counts

    @property
    def uneven(self) -> float:
        """How many times the images of the smallest class the largest has in training."""
        counts = [count for count in self.splits.get("train", self.classes).values() if count]
        return max(counts, default=0) / min(counts, default=1)

    @property
    def clean(self) -> bool:
        """Whether there is nothing to do: no problem, and no duplicate where none may be."""
        crossing = any(found.across_classes or found.across_splits for found in self.duplicates)
        return not (self.problems or crossing or self.refused)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "images": self.images,
            "usable": sum(self.classes.values()),
            "classes": self.classes,
            "problems": [asdict(problem) for problem in self.problems],
            "splits": {split: dict(counts) for split, counts in self.splits.items()},
            "notes": [asdict(note) for note in self.notes],
            "duplicates": [
                asdict(found) | {"files": list(found.files)} for found in self.duplicates
            ],
            "uneven": round(self.uneven, 2),
            "refused": self.refused,
            "clean": self.clean,
        }

    def __rich__(self) -> "RenderableType":
        from rich.console import Group
        from rich.text import Text

        left_out = f" ({len(self.problems)} left out)" if self.problems else ""
        usable = sum(self.classes.values())
        head = f"{self.root}: {self.images} image files, {usable} can be used{left_out}"
        return Group(Text(head), self._table(), *map(Text, self._lines()))

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(file=StringIO(), width=100, force_terminal=False, force_jupyter=False)
        with console.capture() as written:
            console.print(self)
        return "\n".join(line.rstrip() for line in written.get().splitlines())

    def _table(self) -> "Table":
        """The counts of classes (rows) in splits (columns)."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        table = Table(box=box.SIMPLE_HEAD)
        table.add_column("class")
        for split in self.splits:
            table.add_column(split, justify="right")
        for label in list(self.classes)[:CLASSES]:
            counts = (str(counts.get(label, 0)) for counts in self.splits.values())
            table.add_row(Text(label), *counts)
        if len(self.classes) > CLASSES:
            table.add_row(f"{len(self.classes) - CLASSES} more", *("" for _ in self.splits))
        return table

    def _lines(self) -> Iterator[str]:
        """What there is to say below the table."""
        if self.uneven >= UNEVEN:
            yield f"uneven: the largest class has {self.uneven:.1f} times the images of another"
        for split, counts in self.splits.items():
            missing = [label for label in self.classes if not counts.get(label)]
            if missing and split != "train":
                yield f"{split} has no image of {', '.join(_few(missing))}"
        yield from _grouped("problem, left out", self.problems)
        yield from _grouped("note, kept", self.notes)
        for found in self.duplicates[:SHOWN]:
            yield f"{found.kind}, {found.concern}:"
            yield from (f"    {file}" for file in _few(found.files))
        if len(self.duplicates) > SHOWN:
            yield f"and {len(self.duplicates) - SHOWN} more groups of duplicates (--json has all)"
        if self.refused:
            yield f"training would refuse this folder: {self.refused}"
        elif self.clean:
            yield "nothing stands in the way of training"


def _grouped(what: str, items: Sequence[Problem | Note]) -> Iterator[str]:
    """Problems or notes, those of one kind together."""
    for kind in dict.fromkeys(item.kind for item in items):
        alike = [item for item in items if item.kind == kind]
        yield f"{kind} ({what}): {len(alike)}"
        yield from (f"    {line}" for line in _few([f"{i.file}: {i.detail}" for i in alike]))


def _few(lines: Sequence[str]) -> list[str]:
    """The first of many lines, as they can be shown: names of files may hold anything."""
    rest = [f"and {len(lines) - SHOWN} more (--json has all)"] if len(lines) > SHOWN else []
    shown = [line.encode("utf-8", "replace").decode() for line in lines[:SHOWN]]
    return ["".join(c if c.isprintable() else "?" for c in line) for line in shown] + rest
