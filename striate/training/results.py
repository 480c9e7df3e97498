"""results.csv: one row for each epoch, always derived from all rows, so none is lost or doubled."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

from striate.errors import RunError
from striate.training.writing import write_whole

BESIDES = ("epoch", "step", "seconds", "rate", "loss")
"""What every row has besides what is measured over `val`."""

Row = dict[str, int | float]
"""epoch, step, seconds (of training so far), rate, loss, and `val_` and each measure."""

NAME = "results.csv"


def write_results(folder: Path, rows: Sequence[Row]) -> None:
    """Write the table of a run folder anew."""
    table = as_csv(rows) or ",".join(BESIDES) + "\n"
    write_whole(folder / NAME, table, durable=False)  # the checkpoint holds the rows


def as_csv(rows: Sequence[Row]) -> str:
    """The rows under their names.

    >>> print(as_csv([{"epoch": 1, "rate": 0.25}, {"epoch": 2, "rate": 1 / 3}]))
    epoch,rate
    1,0.25
    2,0.333333
    <BLANKLINE>
    """
    names = list(rows[0]) if rows else []
    lines = [names, *([_written(row[name]) for name in names] for row in rows)]
    return "".join(",".join(line) + "\n" for line in lines if line)


def best_row(rows: Sequence[Row], measure: str, images: int, *, counted: bool = True) -> Row:
    """The last of the rows whose `measure` over `images` of val cannot be told from the highest.

    That is, which is within one standard error of it (Breiman et al., "Classification and
    Regression Trees", 1984; the error after Agresti and Coull, 1998): a lucky early epoch is not
    worth more than the end of the schedule. A measure beyond 0 .. 1, or that is not `counted` in
    images, has to be the highest.

    >>> rows = [{"val_accuracy": 0.99}, {"val_accuracy": 0.98}, {"val_accuracy": 0.9}]
    >>> best_row(rows, "accuracy", images=100), best_row(rows, "accuracy", images=10_000)
    ({'val_accuracy': 0.98}, {'val_accuracy': 0.99})
    """
    values = [row[f"val_{measure}"] for row in rows]
    highest = max(values)
    share = (highest * images + 2) / (images + 4)
    error = math.sqrt(max(0.0, share * (1 - share)) / images) if counted else 0.0
    return [row for row, value in zip(rows, values, strict=True) if value >= highest - error][-1]


def since_best(rows: Sequence[Row], measure: str) -> int:
    """How many epochs there were since the first with the highest `measure`.

    >>> since_best([{"val_error": 0.8}, {"val_error": 0.9}, {"val_error": 0.9}], "error")
    1
    """
    values = [row[f"val_{measure}"] for row in rows]
    return len(values) - 1 - values.index(max(values)) if values else 0


def read_results(folder: Path) -> list[Row]:
    """The rows in the table of a run folder. Raises RunError where it cannot be read."""
    try:
        with (folder / NAME).open(encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file, restval="")]
        return [{name: _read(value) for name, value in row.items()} for row in rows]
    except (OSError, ValueError, csv.Error) as error:
        raise RunError(
            f"{folder / NAME} cannot be read: {error}",
            help=["bring back the file that striate wrote"],
        ) from error


def _written(number: int | float) -> str:
    """Whole numbers whole, the others with six digits."""
    return str(number) if isinstance(number, int) else f"{number:.6g}"


def _read(number: str) -> int | float:
    """A number as it was before it was written, up to six digits."""
    return int(number) if number.isdecimal() else float(number)
