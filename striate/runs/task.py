"""A task from end to end: besides what training asks, what becomes of a network's answers.

Runs know folders, weights and images; what an answer is worth, what there is to see of it and how
it is told, they learn from the task alone.
"""

import csv
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text
from torch import Tensor

from striate.data import Problem
from striate.data.photos.collected import Images
from striate.errors import OptionError
from striate.runs.showing import Shown
from striate.training import Task
from striate.training.batches import Preparation
from striate.training.writing import write_whole


@dataclass(frozen=True, eq=False)
class Answers:
    """Images uint8 (image, channel, height, width), their files, and what a network makes of them.

    `output` is (image, ...), float32; `prepare` makes of the bytes what the network was given;
    `classes` are those that it was trained on. All of it lies on the cpu.
    """

    images: Images
    files: Sequence[str]
    output: Tensor
    prepare: Preparation
    classes: tuple[str, ...]
    left_out: tuple[Problem, ...] = ()
    """The files that were to be answered too, and hold no picture."""


class Evaluation(Shown):
    """How good the answers of a network are."""

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read: the task's best measure, its "interval", ..."""

    @abstractmethod
    def each(self) -> Iterator[dict[str, Any]]:
        """What was found of each image, under the same names for all: its "file", ..."""

    def save(self, path: str | Path) -> None:
        """Write what was found of each image as CSV. Raises OptionError where that cannot be."""
        rows = list(self.each())
        written = StringIO()
        lines = csv.DictWriter(written, list(rows[0]) if rows else [], lineterminator="\n")
        lines.writeheader()
        lines.writerows(rows)
        try:
            write_whole(Path(path), written.getvalue())
        except OSError as error:
            raise OptionError(
                f"{path} cannot be written: {error.strerror or error}",
                help=["name a file in a folder that is there: --save predictions.csv"],
            ) from error


class Predictions(Shown):
    """What a network makes of each of some images."""

    @abstractmethod
    def as_dict(self) -> list[dict[str, Any]]:
        """The stable form that other programs read: for each image its "file", ...

        Behind them, for each file that was left out, its "file" and the "problem".
        """

    def save(self, folder: Path) -> None:
        """Write the images that were answered; OptionError where answers are no images."""
        raise OptionError(
            f"there is nothing to write to {folder}: the network does not answer with images",
            help=["leave --output out"],
        )


def as_left_out(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Files that were left out, in the form that other programs read."""
    return [{"file": one.file, "problem": f"{one.kind}: {one.detail}"} for one in problems]


def with_left_out(table: Table, problems: Sequence[Problem]) -> RenderableType:
    """A table of what was answered, and below it what was left out, and why."""
    told = [Text(f"left out: {problem}", overflow="fold") for problem in problems]
    return Group(table, Text(), *told) if told else table


@dataclass(frozen=True, kw_only=True)
class WholeTask(Task):
    """What a network is trained for, and what is done with the network afterwards."""

    network: str | None = None
    """The network of the zoo where none is named; None: selected for the images."""
    judge: Callable[[Answers, Tensor], Evaluation]
    """(answers, labels) -> how good they are."""
    draw: Callable[[Answers, Tensor], Mapping[str, bytes]]
    """(answers, labels) -> what there is to see of them: a PNG by the name of its file."""
    predict: Callable[[Answers, int], Predictions]
    """(answers, how many classes to name where classes are named) -> what is said of each image."""
