"""Progress: a live bar on a terminal, one plain line an epoch everywhere else."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from striate.training.results import Row

PATIENCE = 2.0
"""Work of more seconds than these is told of."""


class Display:
    """What is seen of training while it lasts: all measures but `aside`."""

    def __init__(
        self, steps: int, *, epochs: int, console: Console, aside: str | None = None
    ) -> None:
        self.console = console
        self.epochs = epochs
        self.aside = f"val_{aside}"
        self._bar = _bar(console, "step ")
        self._task = self._bar.add_task("", total=steps)

    def __enter__(self) -> "Display":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def move(self, step: int, loss: float) -> None:
        """The bar after `step` steps; `loss` is the mean over the epoch so far."""
        self._bar.update(self._task, completed=step, description=f"loss {loss:.4f}")
        self._bar.refresh()

    def epoch(self, row: Row) -> None:
        """The line of an epoch that is over."""
        measured = "  ".join(
            f"{name.replace('_', ' ')} {value:.4f}"
            for name, value in row.items()
            if (name.endswith("loss") or name.startswith("val_")) and name != self.aside
        )
        line = f"epoch {row['epoch']}/{self.epochs}  {measured}  {row['seconds']:.1f} s"
        self.console.print(line, highlight=False, soft_wrap=True)


class Counting:
    """How much of a piece of work is done, told if it takes more than two seconds.

    >>> with Counting(3, "the frozen layers", say=print, console=Console(quiet=True)) as counting:
    ...     counting.add(3)
    """

    def __init__(
        self, total: int, what: str, *, say: Callable[[str], None], console: Console | None = None
    ) -> None:
        self.total, self.what, self.say = total, what, say
        self.console = console or Console(stderr=True)
        self.done, self.told, self.started = 0, False, time.perf_counter()
        self._bar = _bar(self.console)
        self._task = self._bar.add_task(what, total=total)

    def __enter__(self) -> "Counting":
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def add(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        spent = time.perf_counter() - self.started
        if spent < PATIENCE or self.done == self.total:
            return
        if not self.told:
            self._tell(spent)
        self._bar.update(self._task, completed=self.done)
        self._bar.refresh()

    def _tell(self, spent: float) -> None:
        """Begin the bar; where there is none, say how long it will take."""
        self.told = True
        if self.console.is_terminal:
            self._bar.start()
            return
        left = spent * (self.total - self.done) / self.done
        self.say(f"{self.what}: {self.done} of {self.total}, about {left:.0f} s more")


def _bar(console: Console, unit: str = "") -> Progress:
    """A bar that moves when it is told to, on a terminal alone."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn(unit + "{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
        console=console,
        auto_refresh=False,
        transient=True,
        disable=not console.is_terminal,
    )
