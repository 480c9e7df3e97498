"""Answering: a network with its weights, what it is to be shown, and what it says of images."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from striate.arithmetic.window import show
from striate.data import given_images
from striate.data.decoding import SUFFIXES
from striate.data.features import Features
from striate.data.look import Look, Seen
from striate.data.photos.collected import Images
from striate.data.reading import Read, read_images
from striate.errors import DataError
from striate.runs.task import Answers
from striate.training import Recipe
from striate.training.batches import Preparation
from striate.training.evaluating import outputs, placed
from striate.training.progress import Counting

Pictures = str | Path | Tensor | NDArray[Any] | Sequence[str | Path]
"""Files, folders, an array as `train` takes it, or bytes just as the network takes them."""


@dataclass(frozen=True, eq=False)
class Answering:
    """A network that answers: `seen` is what pictures are brought to, `moments` (mean, deviation).

    The recipe says on which device, in which precision and in how large batches.
    """

    model: nn.Module
    seen: Seen
    moments: tuple[tuple[float, ...], tuple[float, ...]]
    classes: tuple[str, ...]
    recipe: Recipe

    @property
    def size(self) -> tuple[int, int, int]:
        """(channels, height, width) of what the network sees."""
        return self.seen.size if isinstance(self.seen, Look) else self.seen

    @cached_property
    def ready(self) -> nn.Module:
        """The network on its device, in evaluation mode."""
        return placed(self.model, self.recipe).eval()

    def shown(self, images: Pictures) -> Read:
        """Images uint8 (image, channel, height, width), and what they are called.

        Files that hold no picture are left out. Raises DataError for one that is not there, and
        where no image is left.
        """
        paths: Any = [images] if isinstance(images, str | Path) else images
        if isinstance(paths, list | tuple) and all(isinstance(path, str | Path) for path in paths):
            files = [file for path in paths for file in files_at(Path(path))]
            return read_images(files, self.seen)
        given = images if isinstance(images, Tensor) else given_images(images, self.size)
        return Read(given, tuple(f"image {place}" for place in range(len(given))))

    def told(self, images: Pictures) -> Answers:
        """What the network makes of pictures, with those that were left out; see `shown`."""
        read = self.shown(images)
        return replace(self.answered(read.images, read.files), left_out=read.problems)

    def answered(
        self, images: Images, files: Sequence[str], output: Tensor | None = None
    ) -> Answers:
        """What the network makes of images, with all that it takes to judge and to tell it."""
        cpu = replace(self.recipe, device="cpu", layout="contiguous")
        prepare = Preparation.of(*self.moments, cpu)
        found = self.answers(images) if output is None else output
        return Answers(images, files, found, prepare, self.classes)

    def answers(self, images: Images) -> Tensor:
        """What the network makes of bytes (image, channel, height, width): float32, cpu."""
        if images.dtype != torch.uint8 or tuple(images.shape[1:]) != self.size:
            found = show(images.shape[1:])
            raise DataError(
                f"the network takes bytes of {show(self.size)}, not {images.dtype} "
                f"of {found or 'nothing'}",
                help=["give uint8 (image, channel, height, width), 0 to 255, not normalised"],
            )
        prepare = Preparation.of(*self.moments, self.recipe)
        with Counting(len(images), "the network", say=_silent) as counting:
            return outputs(self.ready, images, self.recipe, prepare, told=counting.add)

    def of_features(self, head: nn.Module, rows: Features) -> Tensor:
        """What the rest of the network makes of what its frozen part gave: float32, cpu."""
        return outputs(head, rows, self.recipe, Preparation.of(*self.moments, self.recipe))


def _silent(_line: str) -> None:
    """Say nothing where there is no terminal to show a bar on."""


def files_at(path: Path) -> list[Path]:
    """A file as it is; of a folder the images in it and below it, by name.

    Raises DataError where a folder holds none.
    """
    if not path.is_dir():
        return [path]
    below = sorted(path.rglob("*"))
    found = [file for file in below if file.suffix.lower() in SUFFIXES and file.is_file()]
    if not found:
        raise DataError(
            f"there is no image in {path}", help=["name image files, or a folder that holds some"]
        )
    return found
