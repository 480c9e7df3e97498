"""TensorBoard: a training as curves, in the folder `tensorboard` of its run.

tensorboard --logdir runs
"""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from striate.training.loggers.logger import measured, numbers
from striate.training.results import Row

FOLDER = "tensorboard"


class TensorBoard:
    """Writes what TensorBoard reads, by torch's writer, or by tensorboardX where that is there.

    A run that goes on is written anew from its first row, so that no epoch is there twice.
    """

    def __init__(self) -> None:
        self._writer: Any = None
        self._open = _writer_class()

    def begin(
        self,
        folder: Path,
        recipe: Mapping[str, Any],
        about: Mapping[str, Any],
        *,
        known: str | None,
    ) -> str | None:
        """Open the folder, and write down the recipe."""
        del known
        shutil.rmtree(folder / FOLDER, ignore_errors=True)
        self._writer = self._open(str(folder / FOLDER))
        for title, table in (("recipe", recipe), ("about", about)):
            lines = [f"| {name} | {value} |" for name, value in table.items()]
            self._writer.add_text(title, "\n".join(["| | |", "|-|-|", *lines]))

    def row(self, row: Row) -> None:
        """Add a point to every curve."""
        for name, value in measured(row).items():
            self._writer.add_scalar(name, value, int(row["epoch"]))
        self._writer.flush()

    def end(self, evaluation: Mapping[str, Any], pictures: Sequence[Path]) -> None:
        """Write the evaluation and the pictures, and close the folder."""
        from PIL import Image

        for name, value in numbers(evaluation).items():
            self._writer.add_scalar(name, value, 0)
        for path in pictures:
            with Image.open(path) as picture:
                pixels = np.asarray(picture.convert("RGB"))
            self._writer.add_image(path.stem, pixels, 0, dataformats="HWC")
        self._writer.close()


def _writer_class() -> Any:
    """The class of the writer. Raises ImportError where neither package is there."""
    try:
        from torch.utils.tensorboard import SummaryWriter  # pyright: ignore
    except ImportError:
        from tensorboardX import SummaryWriter  # pyright: ignore
    return SummaryWriter
