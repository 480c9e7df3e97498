"""Progress: a live bar on a terminal, one plain line an epoch everywhere else."""

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from striate.training.results import Row


class Display:
    """What is seen of training while it lasts: all measures but `aside`."""

    def __init__(
        self, steps: int, *, epochs: int, console: Console, aside: str | None = None
    ) -> None:
        self.console = console
        self.epochs = epochs
        self.aside = f"val_{aside}"
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("step {task.completed:.0f}/{task.total:.0f}"),
            TimeRemainingColumn(),
            console=self.console,
            auto_refresh=False,
            transient=True,
            disable=not self.console.is_terminal,
        )
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
