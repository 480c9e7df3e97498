"""The report of a training: how well it went, where everything is, what to do next."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from striate.data import Problem
from striate.runs.folder import MODULE, NETWORK, quoted
from striate.runs.showing import Shown
from striate.runs.task import Evaluation
from striate.training.loop import BEST
from striate.training.results import NAME as RESULTS
from striate.training.results import Row


@dataclass(frozen=True, eq=False)
class Report(Shown):
    """What is to be said when training is over.

    `split` is what judged: test images, or those of val; `best` is the row of the best weights,
    None where no epoch was trained; `pictures` are the names of their files.
    """

    folder: Path
    evaluation: Evaluation
    split: str
    rows: list[Row]
    best: Row | None
    problems: tuple[Problem, ...]
    pictures: tuple[str, ...]
    fitted: bool = False
    """Whether its last layer was fitted before training."""
    planned: int = 0
    """How many epochs there would have been, had patience not ended training."""

    def __rich__(self) -> RenderableType:
        parts: list[RenderableType] = [self.evaluation, Text(), Text(self._origin)]
        if self.problems:
            parts.append(Text(self._left_out))
        parts += [Text(), *(Text(line, overflow="fold") for line in (self._files, *self._commands))]
        return Group(*parts)

    @property
    def _origin(self) -> str:
        if self.best is None:
            begun = "Its last layer was fitted, and no epoch was trained."
            plain = "No epoch was trained: the weights are those it began with."
            return f"{begun if self.fitted else plain} {self._once}"
        judges = "val, which also chose them" if self.split == "val" else f"{self.split}, read once"
        early = f" Patience ended it, {self.planned} epochs were planned."
        return (
            f"The weights are those after epoch {self.best['epoch']} of {len(self.rows)} "
            f"({self.rows[-1]['seconds']:.1f} s of training), judged by {judges}."
            f"{early if len(self.rows) < self.planned else ''}"
        )

    @property
    def _once(self) -> str:
        return f"Judged by {self.split}, which chose nothing, and was read once."

    @property
    def _left_out(self) -> str:
        count, first = len(self.problems), self.problems[0]
        return f"{count} file{'s' * (count != 1)} left out, the first: {first}"

    @property
    def _files(self) -> str:
        names = (self._network, BEST.as_posix(), RESULTS, *self.pictures)
        return f"In {self.folder}: {', '.join(names)}"

    @property
    def _commands(self) -> tuple[str, ...]:
        folder = quoted(self.folder)
        lines = (
            "Next:",
            f"  striate predict {folder} IMAGE...",
            f"  striate evaluate {folder} --data FOLDER",
        )
        plan = f"  striate plan {quoted(self.folder / NETWORK)} --explain"
        return (*lines, plan) if self._network == NETWORK else lines

    @property
    def _network(self) -> str:
        """The file that shows the network."""
        return NETWORK if (self.folder / NETWORK).is_file() else MODULE
