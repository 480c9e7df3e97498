"""Reconstructions: the images that a network gives back, and how far from the originals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from torch import Tensor

from striate.data import Problem
from striate.errors import OptionError
from striate.runs.task import Answers, Predictions, as_left_out, with_left_out
from striate.tasks.reconstruction.learning import errors
from striate.training.writing import write_whole


@dataclass(frozen=True, eq=False)
class Reconstruction:
    """One image: its mean squared error, of prepared pixels, and what came out.

    `pixels` are uint8 (channel, height, width).
    """

    file: str
    error: float
    pixels: Tensor = field(repr=False)


@dataclass(frozen=True, eq=False)
class Reconstructions(Predictions):
    """A reconstruction for each image, in their order."""

    images: tuple[Reconstruction, ...]
    left_out: tuple[Problem, ...] = ()
    """The files in which there was no picture."""

    def as_dict(self) -> list[dict[str, Any]]:
        """The stable form that other programs read."""
        answered = [{"file": image.file, "error": image.error} for image in self.images]
        return [*answered, *as_left_out(self.left_out)]

    def __rich__(self) -> RenderableType:
        table = Table(box=None, pad_edge=False)
        table.add_column("file")
        table.add_column("error", justify="right")
        for image in self.images:
            table.add_row(Text(image.file, overflow="fold"), f"{image.error:.4f}")
        return with_left_out(table, self.left_out)

    def save(self, folder: Path) -> None:
        """Write every image as `<name of its file>.png` into a folder.

        Nothing is ever replaced: raises OptionError where a file of that name is there, where two
        images would get one name, and where the folder cannot be written.
        """
        paths = [folder / f"{Path(image.file).stem}.png" for image in self.images]
        _require_new(paths)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for path, image in zip(paths, self.images, strict=True):
                write_whole(path, as_png(image.pixels), durable=False)
        except OSError as error:
            raise OptionError(
                f"{folder} cannot be written: {error.strerror or error}",
                help=["name a folder that can be written: --output reconstructed"],
            ) from error


def predict(answers: Answers, _top: int) -> Reconstructions:
    """What the network gives back of each image."""
    found = errors(answers.output, answers.prepare(answers.images[:])).tolist()
    pixels = answers.prepare.undone(answers.output)
    images = zip(answers.files, found, pixels, strict=True)
    return Reconstructions(tuple(Reconstruction(*image) for image in images), answers.left_out)


def _require_new(paths: Sequence[Path]) -> None:
    """Raise OptionError for a path that is there, or that is given twice."""
    seen: set[str] = set()
    for path in paths:
        name = path.name.casefold()  # some file systems do not tell A.png from a.png
        if path.exists() or name in seen:
            why = "is there already" if path.exists() else "would be written twice"
            raise OptionError(
                f"{path} {why}", help=["name an empty folder, and files of different names"]
            )
        seen.add(name)


def as_png(pixels: Tensor) -> bytes:
    """An image uint8 (channel, height, width), of 1 or 3 channels, as a file.

    >>> import torch
    >>> as_png(torch.zeros(3, 4, 4, dtype=torch.uint8))[1:4]
    b'PNG'
    """
    from PIL import Image

    levels = pixels[0] if len(pixels) == 1 else pixels.permute(1, 2, 0)
    buffer = BytesIO()
    Image.fromarray(levels.contiguous().numpy()).save(buffer, format="PNG")
    return buffer.getvalue()
