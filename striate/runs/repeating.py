"""Repeating: the same training from several seeds, and what it gives on the whole.

One training is one draw: another seed gives other first weights, another order of the images, and,
where the images come without a test set, other images to judge by. The mean over several seeds
says what to expect, and its interval how far it can be trusted.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from striate.errors import OptionError
from striate.runs.folder import quoted
from striate.runs.networks import AUTO
from striate.runs.order import require_recipe
from striate.runs.run import Run
from striate.runs.showing import Shown
from striate.training import Recipe, RunInterrupted


class RepeatInterrupted(RunInterrupted):
    """Several trainings were asked to stop: one is saved, and the ones before it are whole."""

    def __init__(
        self, stopped: RunInterrupted, runs: tuple[Run, ...], left: tuple[int, ...]
    ) -> None:
        super().__init__(stopped.signal, stopped.folder, step=stopped.step)
        self.runs = runs
        whole = ", ".join(quoted(run.folder) for run in runs) or "none"
        seeds = ", ".join(str(seed) for seed in left) or "none"
        self.args = (f"{stopped}\nfinished before it: {whole}; seeds not begun: {seeds}",)


@dataclass(frozen=True, eq=False)
class Repeated(Shown):
    """Runs that differ in their seed alone, and the `measure` that each reached.

    Of several processes that train together, the first has the values, and the others none.
    """

    runs: tuple[Run, ...]
    measure: str
    values: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean of the measure over all runs."""
        return sum(self.values) / len(self.values)

    @property
    def interval(self) -> tuple[float, float]:
        """Between which values the mean of all seeds lies, 95 times in 100; a share within 0, 1."""
        low, high = interval_of_mean(self.values)
        return (max(0.0, low), min(1.0, high)) if self.runs[0].task.counted else (low, high)

    def as_dict(self) -> dict[str, Any]:
        """The stable form that other programs read."""
        return {
            "measure": self.measure,
            "mean": self.mean,
            "interval": list(self.interval),
            "runs": [
                {"run": str(run.folder), "seed": run.recipe.seed, self.measure: value}
                for run, value in zip(self.runs, self.values, strict=True)
            ],
        }

    def __rich__(self) -> RenderableType:
        low, high = self.interval
        headline = (
            f"{self.measure} over {len(self.runs)} seeds: {self.mean:.4f} on average (95 % "
            f"interval of the mean {low:.4f} to {high:.4f})"
        )
        table = Table(box=None, pad_edge=False)
        table.add_column("run", overflow="fold")
        for name in ("seed", self.measure):
            table.add_column(name, justify="right")
        for run, value in zip(self.runs, self.values, strict=True):
            table.add_row(Text(str(run.folder)), str(run.recipe.seed), f"{value:.4f}")
        return Group(Text(headline), Text(), table)


def repeat(train: Callable[..., Run], options: Mapping[str, Any], times: int) -> Repeated:
    """Train with these options from `times` seeds: the one that is asked for, and those after it.

    `train` takes a recipe, fields of one and more by name. What the first run chose, the others
    take. Raises OptionError for fewer than two, and RepeatInterrupted after Ctrl-C or SIGTERM.
    """
    if times not in range(2, 1_000_000):
        raise OptionError(
            f"an interval needs at least two runs, and repeat = {times}",
            help=["repeat takes a whole number of at least 2, such as 3"],
        )
    require_recipe(options.get("recipe"))
    asked: Recipe = options.get("recipe") or Recipe()
    begin = replace(asked, seed=options.get("seed", asked.seed)).seed
    replace(asked, seed=begin + times - 1)  # which has to be a seed as well
    seeds, runs, given = range(begin, begin + times), list[Run](), dict(options)
    for seed in seeds:
        try:
            runs.append(train(**{**given, "seed": seed}))
        except RunInterrupted as stopped:
            left = tuple(seeds[len(runs) + 1 :])
            raise RepeatInterrupted(stopped, tuple(runs), left) from stopped
        known = runs[0].recipe.as_dict()
        given = {name: value for name, value in options.items() if name not in known}
        if options.get("network") == AUTO:  # by another recipe another would be chosen
            given["network"] = runs[0].name
        given["recipe"] = replace(runs[0].recipe, time=0.0)  # which its epochs stand for already
    measure = runs[0].task.under(runs[0].recipe).best
    reports = [run.report.evaluation.as_dict() for run in runs if run.report is not None]
    return Repeated(tuple(runs), measure, tuple(float(report[measure]) for report in reports))


def interval_of_mean(values: tuple[float, ...]) -> tuple[float, float]:
    """Between which numbers the mean lies of which these are draws, 95 times in 100.

    Student's t, which needs two values and takes them for draws from a bell curve (Student, "The
    probable error of a mean", 1908).

    >>> [round(end, 3) for end in interval_of_mean((1.0, 2.0, 3.0))]
    [-0.484, 4.484]
    """
    from scipy.special import stdtrit  # scipy is there: scikit-learn stands on it

    count = len(values)
    mean = sum(values) / count
    variance = sum((value - mean) ** 2 for value in values) / (count - 1)
    reach = float(stdtrit(count - 1, 0.975)) * math.sqrt(variance / count)
    return mean - reach, mean + reach
