"""Finding a learning rate: the range test on the images and the network of a training to be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from striate.data import Source
from striate.data.look import Size
from striate.drawing import charts
from striate.errors import OptionError, RunError
from striate.runs.networks import Form
from striate.runs.preparing import prepare
from striate.runs.showing import Shown
from striate.runs.task import WholeTask
from striate.runs.transferred import Asked
from striate.runs.transferring import fit_last
from striate.training import Manner, Recipe, choose
from striate.training.rates import HIGHEST, LOWEST, STEPS, Rates, find_rates, require_steps
from striate.training.writing import write_whole

PICTURE = "find-lr.png"

LINES = 12
"""The table shows so many of the rates."""


@dataclass(frozen=True, eq=False)
class FoundRate(Shown):
    """What a range test found, where its picture is, and by which recipe it was taken."""

    rates: Rates
    picture: Path
    recipe: Recipe

    @property
    def suggested(self) -> float:
        """The learning rate to train with."""
        return self.rates.suggested

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "suggested": self.suggested,
            "lowest": self.rates.lowest,
            "optimizer": self.recipe.optimizer,
            "batch": self.recipe.batch,
            "rates": list(self.rates.rates),
            "losses": list(self.rates.losses),
            "smoothed": list(self.rates.smoothed),
            "picture": str(self.picture),
        }

    def __rich__(self) -> RenderableType:
        recipe, rates = self.recipe, self.rates
        return Group(
            self._table(),
            Text(),
            Text(
                f"The loss is lowest at {rates.lowest:.2g}. A tenth of that is suggested for "
                f"{recipe.optimizer} in batches of {recipe.batch}: {self.suggested:g}"
            ),
            Text(f"Picture: {self.picture}", overflow="fold"),
        )

    def _table(self) -> Table:
        table = Table(box=None, pad_edge=False)
        for name in ("learning rate", "loss", "smoothed"):
            table.add_column(name, justify="right")
        rows = list(zip(self.rates.rates, self.rates.losses, self.rates.smoothed, strict=True))
        for place in spread(len(rows), LINES):
            rate, loss, smoothed = rows[place]
            table.add_row(f"{rate:.2g}", f"{loss:.4f}", f"{smoothed:.4f}")
        return table


def find_rate(
    source: Source,
    network: Form,
    task: WholeTask,
    recipe: Recipe,
    *,
    project: str | Path = "runs",
    size: Size | None = None,
    steps: int = STEPS,
    asked: Asked = Asked(),  # noqa: B008
    manner: Manner = Manner(),  # noqa: B008
) -> FoundRate:
    """Try learning rates on a copy of a network, and draw what was found into `project`.

    No run folder is made, and what the recipe leaves open is chosen as for a training. Raises
    RunError where the picture cannot be written, OptionError where no step would be taken.
    """
    require_steps(steps)
    prepared = prepare(source, network, task, recipe, size=size, asked=asked)
    collection, model, recipe = prepared.collection, prepared.made.model, prepared.began.recipe
    if recipe.epochs == 0:
        raise OptionError(
            "no step is taken, as only the last layer is fitted: there is no learning rate to find",
            help=["train more of the network: --transfer medium, or --train-last 2"],
        )
    task = task.under(recipe)
    chosen, _ = choose(replace(recipe, time=0.0, views=0), collection, model, task)
    fit_last(model, collection, prepared.began, chosen, manner.say)
    manner.say(
        f"{collection.name}: {steps} steps, from a learning rate of {LOWEST:g} to {HIGHEST:g}"
    )
    rates = find_rates(replace(chosen, ema=0.0), collection, model, task, steps=steps)
    picture = Path(project) / PICTURE
    found = FoundRate(rates, picture, chosen)
    drawn = charts.range_test(rates.rates, rates.losses, rates.smoothed, suggested=rates.suggested)
    _write(picture, drawn)
    return found


def _write(picture: Path, drawn: bytes) -> None:
    """Write a picture, and the folder for it. Raises RunError where that cannot be."""
    try:
        picture.parent.mkdir(parents=True, exist_ok=True)
        write_whole(picture, drawn)
    except OSError as error:
        raise RunError(
            f"{picture} cannot be written: {error.strerror or error}",
            help=["name a folder that can be written: --project runs"],
        ) from error


def spread(count: int, most: int) -> Sequence[int]:
    """At most so many of the places 0 .. count - 1, the first and the last among them.

    >>> spread(100, 4), spread(3, 4)
    ([0, 33, 66, 99], [0, 1, 2])
    """
    if count <= most:
        return list(range(count))
    return [place * (count - 1) // (most - 1) for place in range(most)]
